-- Uploaded sources and what was built of them. Times are the database's own clock.
CREATE TABLE deployment (
  id             uuid        PRIMARY KEY,
  tenant_id      uuid        NOT NULL,
  status         text        NOT NULL CHECK (status IN ('building', 'ready', 'failed')),
  entry_point    text        NOT NULL,
  description    text,
  auto_repair    boolean     NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  built_at       timestamptz,
  build_error    text,
  -- The module to load, relative to the unpacked bundle.
  bundle_entry   text,
  -- Names that the uploaded manifest promises, known while the build still runs.
  announced      text[]      NOT NULL DEFAULT '{}',

  -- The build. The attempt fences reports of a builder that lost its lease.
  attempt        integer     NOT NULL DEFAULT 0,
  builder        uuid,
  lease_until    timestamptz,
  claimed_at     timestamptz,

  -- Since when nothing needs the archives, and when they were removed.
  unneeded_since timestamptz,
  removed_at     timestamptz,

  CONSTRAINT deployment_built_at_the_end CHECK ((status = 'building') = (built_at IS NULL)),
  CONSTRAINT deployment_failed_with_reason CHECK ((status = 'failed') = (build_error IS NOT NULL)),
  CONSTRAINT deployment_ready_with_entry CHECK ((status = 'ready') = (bundle_entry IS NOT NULL)),
  CONSTRAINT deployment_leased_while_building CHECK
    (builder IS NULL AND lease_until IS NULL OR status = 'building'
     AND builder IS NOT NULL AND lease_until IS NOT NULL)
);
CREATE INDEX deployment_by_time ON deployment (tenant_id, created_at DESC, id DESC);
CREATE INDEX deployment_to_build ON deployment (created_at, id) WHERE status = 'building';
CREATE INDEX deployment_turn ON deployment (tenant_id, claimed_at DESC) WHERE claimed_at IS NOT NULL;
CREATE INDEX deployment_kept ON deployment (id) WHERE removed_at IS NULL;

-- The gzip tarballs, in pieces of at most 1 MiB: any replica can build or run, with no shared disk.
CREATE TABLE archive_chunk (
  deployment_id uuid    NOT NULL REFERENCES deployment ON DELETE CASCADE,
  kind          text    NOT NULL CHECK (kind IN ('source', 'bundle')),
  seq           integer NOT NULL CHECK (seq >= 0),
  data          bytea   NOT NULL,
  PRIMARY KEY (deployment_id, kind, seq)
);
-- Compressed already: do not try again.
ALTER TABLE archive_chunk ALTER COLUMN data SET STORAGE EXTERNAL;

-- A name and the version that serves its new jobs: that of the newest deployment which is ready.
CREATE TABLE workflow (
  id             uuid        PRIMARY KEY,
  tenant_id      uuid        NOT NULL,
  name           text        NOT NULL CHECK (name <> ''),
  deployment_id  uuid        NOT NULL REFERENCES deployment,
  deployed_at    timestamptz NOT NULL,
  version        integer     NOT NULL,
  latest_version integer     NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, name),
  CONSTRAINT workflow_serves_a_known_version CHECK (version BETWEEN 1 AND latest_version)
);
CREATE INDEX workflow_by_deployment ON workflow (deployment_id);

-- What each deployment declares of a workflow. Outlives the workflow: jobs that were made before
-- it was deleted still run.
CREATE TABLE workflow_version (
  workflow_id       uuid        NOT NULL,
  version           integer     NOT NULL CHECK (version >= 1),
  tenant_id         uuid        NOT NULL,
  deployment_id     uuid        NOT NULL REFERENCES deployment,
  name              text        NOT NULL,
  credential_names  text[]      NOT NULL,
  input_schema      text,
  output_schema     text,
  auth_profile_name text,
  start_url         text,
  gpu               boolean     NOT NULL,
  viewport_width    integer,
  viewport_height   integer,
  source_file       text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workflow_id, version),
  UNIQUE (deployment_id, name),
  CONSTRAINT workflow_version_viewport_both CHECK
    ((viewport_width IS NULL) = (viewport_height IS NULL))
);
