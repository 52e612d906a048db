-- A cron schedule of one tenant: when it fires next, and what the jobs that it starts look like.
CREATE TABLE schedule (
  id                     uuid        PRIMARY KEY,
  tenant_id              uuid        NOT NULL,
  workflow               text        NOT NULL,
  -- Text, not jsonb: numbers beyond 2^53 and key order pass through to the job unchanged.
  params                 text        NOT NULL,
  cron_expr              text        NOT NULL,
  timezone               text        NOT NULL,
  timeout_seconds        integer     NOT NULL CHECK (timeout_seconds BETWEEN 1 AND 3600),
  residential_proxy      text,
  disable_default_proxy  boolean     NOT NULL,
  headless               boolean,
  start_url              text,
  gpu                    boolean,
  viewport_width         integer,
  viewport_height        integer,
  callback_url           text,
  callback_secret_sealed text,
  skip_callbacks         boolean     NOT NULL,
  enabled                boolean     NOT NULL,
  next_fire_at           timestamptz,
  last_fire_at           timestamptz,
  last_job_id            uuid,
  last_error             text,
  consecutive_failures   integer     NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
  -- The nominal times up to which outcomes have been taken into last_error and
  -- consecutive_failures: an event about an older occurrence that comes late changes neither.
  last_ended_nominal     timestamptz,
  last_success_nominal   timestamptz,
  created_at             timestamptz NOT NULL,
  updated_at             timestamptz NOT NULL,
  CONSTRAINT schedule_fires_only_while_enabled CHECK (enabled = (next_fire_at IS NOT NULL)),
  CONSTRAINT schedule_callback_complete
    CHECK ((callback_url IS NULL) = (callback_secret_sealed IS NULL)),
  CONSTRAINT schedule_viewport_complete
    CHECK ((viewport_width IS NULL) = (viewport_height IS NULL)),
  CONSTRAINT schedule_one_way_out
    CHECK (NOT (disable_default_proxy AND residential_proxy IS NOT NULL))
) WITH (
  -- Each firing updates the row, and most of the time an indexed column with it.
  fillfactor = 80
);
CREATE INDEX schedule_due ON schedule (next_fire_at, id) WHERE next_fire_at IS NOT NULL;
CREATE INDEX schedule_by_tenant ON schedule (tenant_id, created_at DESC, id DESC);

-- What became of one nominal time of a schedule, or of one trigger by hand.
CREATE TABLE occurrence (
  job_id      uuid        PRIMARY KEY,
  schedule_id uuid        NOT NULL REFERENCES schedule ON DELETE CASCADE,
  source      text        NOT NULL CHECK (source IN ('schedule', 'trigger')),
  nominal_at  timestamptz NOT NULL,
  fired_at    timestamptz,
  outcome     text        NOT NULL CHECK (
    outcome IN ('started', 'succeeded', 'failed', 'cancelled', 'rejected', 'missed')),
  reason      text,
  CONSTRAINT occurrence_fired_unless_missed CHECK ((outcome = 'missed') = (fired_at IS NULL))
);
-- One occurrence makes at most one job, whatever the application does.
CREATE UNIQUE INDEX occurrence_once ON occurrence (schedule_id, nominal_at)
  WHERE source = 'schedule';
CREATE INDEX occurrence_by_schedule ON occurrence (schedule_id, nominal_at DESC, job_id DESC);
-- For the sweeper of old rows; they arrive in the order of time, so ranges of blocks are enough.
CREATE INDEX occurrence_by_age ON occurrence USING brin (nominal_at);
