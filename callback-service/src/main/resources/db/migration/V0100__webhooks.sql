-- Targets that a tenant has stored. Secrets are sealed; the context of a seal is endpoint:<id>.
CREATE TABLE webhook_endpoint (
  id                     uuid        PRIMARY KEY,
  tenant_id              uuid        NOT NULL,
  url                    text        NOT NULL,
  description            text,
  active                 boolean     NOT NULL,
  secret_sealed          text        NOT NULL,
  previous_secret_sealed text,
  previous_secret_until  timestamptz,
  created_at             timestamptz NOT NULL,
  updated_at             timestamptz NOT NULL,
  CHECK ((previous_secret_sealed IS NULL) = (previous_secret_until IS NULL))
);
CREATE INDEX webhook_endpoint_tenant ON webhook_endpoint (tenant_id, created_at, id);

-- The exact bytes that are sent, once per event however many targets it has. The id is the job's, or
-- the delivery's when it is a test.
CREATE TABLE callback_body (
  id         uuid        PRIMARY KEY,
  bytes      bytea       NOT NULL,
  created_at timestamptz NOT NULL
);
-- Stored as they are: what is read once or twice is not worth compressing.
ALTER TABLE callback_body ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX callback_body_created ON callback_body (created_at);

-- One target of one event. The id is the webhook-id that receivers see; it derives from the job and
-- the target, so it is the same however often the event arrives. No index holds a column that an
-- attempt changes, so that attempts are heap-only updates.
CREATE TABLE delivery (
  id              uuid        PRIMARY KEY,
  tenant_id       uuid        NOT NULL,
  -- Null for a test delivery.
  job_id          uuid,
  -- Null for a job's own callback. No foreign key: the history outlives the endpoint.
  endpoint_id     uuid,
  -- For a stored endpoint the address at the time of the event; attempts use its current one.
  url             text        NOT NULL,
  -- Of a job's own callback, sealed by the job service; the context is job:<id>.
  secret_sealed   text,
  event           text        NOT NULL,
  body_id         uuid        NOT NULL,
  -- Deliveries of one lane share a target and its limits; large bodies have slots of their own.
  lane            text        NOT NULL,
  large           boolean     NOT NULL,
  state           text        NOT NULL,
  -- Attempts whose end is known, and failures since the plan was (re)started.
  attempts        integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  failures        integer     NOT NULL DEFAULT 0 CHECK (failures >= 0),
  last_error      text,
  next_attempt_at timestamptz,
  created_at      timestamptz NOT NULL,
  CHECK (event IN ('job.completed', 'job.failed', 'webhook.test')),
  CHECK (state IN ('pending', 'delivered', 'failed')),
  CHECK ((job_id IS NULL) = (event = 'webhook.test')),
  CHECK ((endpoint_id IS NULL) = (secret_sealed IS NOT NULL)),
  CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX delivery_once_per_target ON delivery
  (job_id, coalesce(endpoint_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE job_id IS NOT NULL;
CREATE INDEX delivery_tenant ON delivery (tenant_id, created_at DESC, id DESC);
CREATE INDEX delivery_endpoint ON delivery (endpoint_id, created_at DESC, id DESC);

-- The pending deliveries, and nothing else: small, so that claims stay cheap beside a long history.
CREATE TABLE delivery_queue (
  delivery_id  uuid        PRIMARY KEY REFERENCES delivery (id) ON DELETE CASCADE,
  lane         text        NOT NULL,
  large        boolean     NOT NULL,
  -- The next attempt's time, or the end of the lease of the one under way.
  claimable_at timestamptz NOT NULL,
  -- Counts claims; fences what a worker says after its lease has run out.
  claim        integer     NOT NULL DEFAULT 0,
  -- Claims since the last attempt whose end is known; more than one means that workers died over it.
  unrecorded   integer     NOT NULL DEFAULT 0
) WITH (
  fillfactor = 70,
  -- A queue: every row dies young, so clean up by count and not by share of the table.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000
);
CREATE INDEX delivery_queue_due ON delivery_queue (large, lane, claimable_at);

-- One attempt whose end is known. A number that is missing belongs to one that a crash cut off.
CREATE TABLE delivery_attempt (
  delivery_id uuid        NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
  number      integer     NOT NULL,
  url         text        NOT NULL,
  outcome     text        NOT NULL,
  status      integer,
  -- The first 16 KiB of the answer.
  answer      bytea,
  error       text,
  started_at  timestamptz NOT NULL,
  duration_ms integer     NOT NULL,
  PRIMARY KEY (delivery_id, number),
  CHECK (outcome IN ('delivered', 'rejected', 'gone', 'unreachable', 'refused', 'unsigned'))
);
