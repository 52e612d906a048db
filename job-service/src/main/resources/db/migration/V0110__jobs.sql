-- Jobs. All times of a job's life are the database's own clock, the one clock that all replicas
-- share: a lease or a deadline must mean the same to whoever looks at it.
CREATE TABLE jobs (
  id                     uuid        PRIMARY KEY,
  tenant_id              uuid        NOT NULL,
  workflow               text        NOT NULL,
  workflow_id            uuid        NOT NULL,
  deployment_id          uuid        NOT NULL,
  deployment_version     integer     NOT NULL,
  source                 text        NOT NULL CHECK (source IN ('api', 'schedule', 'trigger')),
  schedule_id            uuid,
  nominal_at             timestamptz,
  nonce                  text,
  traceparent            text,

  -- What was asked for. JSON stays text: its numbers must pass through unchanged.
  params                 text        NOT NULL,
  timeout_seconds        integer     NOT NULL CHECK (timeout_seconds BETWEEN 1 AND 3600),
  queue_ttl_seconds      integer     CHECK (queue_ttl_seconds > 0),
  callback_url           text,
  callback_secret_sealed text,
  skip_callbacks         boolean     NOT NULL,
  residential_proxy      text,
  disable_default_proxy  boolean     NOT NULL,
  headless               boolean     NOT NULL,
  start_url              text,
  gpu                    boolean     NOT NULL,
  viewport_width         integer,
  viewport_height        integer,
  credential_names       text[]      NOT NULL,

  -- Where it stands. The attempt fences reports: it counts claims, so a report that names another
  -- attempt than the row is about a run that was given up.
  status                 text        NOT NULL DEFAULT 'queued' CHECK (status IN
    ('queued', 'starting_browser', 'running', 'completed', 'failed', 'cancelled')),
  attempt                integer     NOT NULL DEFAULT 0,
  timeline_seq           integer     NOT NULL DEFAULT 1,
  owner                  uuid,
  lease_expires_at       timestamptz,
  -- Set while queued: when waiting ends. While starting: when the start has failed. While running:
  -- when the handler's time is over.
  due_at                 timestamptz,
  cancel_requested_at    timestamptz,
  created_at             timestamptz NOT NULL DEFAULT now(),
  claimed_at             timestamptz,
  started_at             timestamptz,
  completed_at           timestamptz,
  failure_code           text        CHECK (failure_code IN
    ('user_error', 'timeout', 'executor_lost', 'launch_failed', 'result_too_large',
     'invalid_input', 'queue_expired')),
  error                  text,
  mapped_stack           text,
  result                 text,

  CONSTRAINT jobs_callback_both CHECK ((callback_url IS NULL) = (callback_secret_sealed IS NULL)),
  CONSTRAINT jobs_viewport_both CHECK ((viewport_width IS NULL) = (viewport_height IS NULL)),
  CONSTRAINT jobs_owned_while_active CHECK
    ((status IN ('starting_browser', 'running'))
     = (owner IS NOT NULL AND lease_expires_at IS NOT NULL)),
  CONSTRAINT jobs_unclaimed_while_queued CHECK
    (status <> 'queued' OR (attempt = 0 AND claimed_at IS NULL AND started_at IS NULL)),
  CONSTRAINT jobs_started_when_running CHECK
    (status NOT IN ('running', 'completed') OR started_at IS NOT NULL),
  CONSTRAINT jobs_not_started_before CHECK
    (status <> 'starting_browser' OR started_at IS NULL),
  CONSTRAINT jobs_end_time CHECK
    ((status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
  CONSTRAINT jobs_result_of_completed CHECK ((status = 'completed') = (result IS NOT NULL)),
  CONSTRAINT jobs_error_of_failed CHECK
    ((status = 'failed') = (failure_code IS NOT NULL AND error IS NOT NULL)),
  CONSTRAINT jobs_failure_fits CHECK (CASE failure_code
    WHEN 'queue_expired'    THEN attempt = 0
    WHEN 'launch_failed'    THEN attempt > 0 AND started_at IS NULL
    WHEN 'invalid_input'    THEN attempt > 0 AND started_at IS NULL
    WHEN 'timeout'          THEN started_at IS NOT NULL
    WHEN 'result_too_large' THEN started_at IS NOT NULL
    WHEN 'user_error'       THEN attempt > 0
    WHEN 'executor_lost'    THEN attempt > 0
    ELSE true END)
) WITH (fillfactor = 70); -- a row is updated about five times in its life, on its own page

-- Lists: newest first, whole or by one status or workflow.
CREATE INDEX jobs_by_time ON jobs (tenant_id, created_at DESC, id DESC);
CREATE INDEX jobs_by_status ON jobs (tenant_id, status, created_at DESC, id DESC);
CREATE INDEX jobs_by_workflow ON jobs (tenant_id, workflow, created_at DESC, id DESC);
-- The queue: oldest first within a tenant's workflow, so that a full workflow is passed by unread.
CREATE INDEX jobs_queued ON jobs (tenant_id, workflow, created_at, id) WHERE status = 'queued';
CREATE INDEX jobs_queued_due ON jobs (due_at) WHERE status = 'queued' AND due_at IS NOT NULL;
-- All that is being run anywhere: as many entries as there are slots. Deliberately without lease
-- and deadline, so that renewing a lease touches no index.
CREATE INDEX jobs_active ON jobs (tenant_id, workflow)
  WHERE status IN ('starting_browser', 'running');

-- What happened to a job, in order; written by the statement that changes the row. Its CHECK is
-- the table of legal moves: an illegal one rolls its own change back.
CREATE TABLE job_timeline (
  job_id      uuid        NOT NULL REFERENCES jobs ON DELETE CASCADE,
  seq         integer     NOT NULL,
  event       text        NOT NULL CHECK (event IN
    ('queued', 'claimed', 'browser_ready', 'handler_started', 'cancel_requested', 'ended')),
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempt     integer     NOT NULL,
  from_status text,
  to_status   text        NOT NULL,
  reason      text,
  PRIMARY KEY (job_id, seq),
  CONSTRAINT job_timeline_legal_move CHECK (
    (from_status IS NULL AND to_status = 'queued')
    OR (from_status = to_status AND event IN ('browser_ready', 'cancel_requested'))
    OR (from_status, to_status) IN (
      ('queued', 'starting_browser'), ('queued', 'failed'), ('queued', 'cancelled'),
      ('starting_browser', 'running'), ('starting_browser', 'failed'),
      ('starting_browser', 'cancelled'),
      ('running', 'completed'), ('running', 'failed'), ('running', 'cancelled')))
);

-- A client's own names for its jobs, for 30 days each.
CREATE TABLE job_nonces (
  tenant_id  uuid        NOT NULL,
  nonce      text        NOT NULL,
  job_id     uuid        NOT NULL,
  input_hash bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, nonce)
);
CREATE INDEX job_nonces_by_age ON job_nonces (created_at);

-- Whose turn it is: the tenant that was served least recently goes first among equals.
CREATE TABLE tenant_turns (
  tenant_id  uuid        PRIMARY KEY,
  claimed_at timestamptz NOT NULL
);

-- Limits that differ from the configured ones; read by every claim, so a change holds at once.
-- The nil tenant stands for all tenants, the empty workflow for all of a tenant's workflows.
CREATE TABLE job_limits (
  tenant_id            uuid    NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  workflow             text    NOT NULL DEFAULT '',
  max_running          integer CHECK (max_running >= 0),
  max_running_workflow integer CHECK (max_running_workflow >= 0),
  max_queued           integer CHECK (max_queued >= 0),
  PRIMARY KEY (tenant_id, workflow)
);

-- What a failed run left behind; the files are where the executor put them.
CREATE TABLE job_artifacts (
  job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
  kind   text NOT NULL CHECK (kind IN ('screenshot', 'page_html')),
  file   text NOT NULL,
  PRIMARY KEY (job_id, kind)
);
