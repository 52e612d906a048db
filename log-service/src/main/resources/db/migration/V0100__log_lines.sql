-- One row per log line, in daily (UTC) partitions of the line's own time: a redelivered line has
-- the same time and so meets its first copy in the same partition.
CREATE TABLE log_line (
  tenant_id uuid NOT NULL,
  job_id uuid NOT NULL,
  seq bigint NOT NULL,
  logged_at timestamptz NOT NULL,
  level smallint NOT NULL,
  source smallint NOT NULL,
  workflow text NOT NULL,
  message text NOT NULL,
  CONSTRAINT log_line_seq CHECK (seq >= 1),
  -- 1 info, 2 warn, 3 error
  CONSTRAINT log_line_level CHECK (level IN (1, 2, 3)),
  -- 1 executor, 2 console, 3 stdout, 4 stderr
  CONSTRAINT log_line_source CHECK (source IN (1, 2, 3, 4))
) PARTITION BY RANGE (logged_at);

-- A tenant's lines by time. Ties are broken by (job_id, seq) in an incremental sort: leaving these
-- two out keeps the index a third of the size, and each index is a third of the cost of a line.
CREATE INDEX log_line_by_time ON log_line (tenant_id, logged_at);
-- Warnings and errors are few among many: the filter on them must not walk over all lines.
CREATE INDEX log_line_warnings ON log_line (tenant_id, logged_at) WHERE level = 2;
CREATE INDEX log_line_errors ON log_line (tenant_id, logged_at) WHERE level = 3;

-- Makes the partition of one UTC day if it is not there. The unique index stands on the partition,
-- not on the parent (which would demand the partition key in it): (job, seq) is unique in a day.
-- The table is filled in before it is attached, because ATTACH, unlike CREATE … PARTITION OF, does
-- not lock out readers and writers of the other days.
CREATE FUNCTION create_log_day(day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  name text := 'log_line_' || to_char(day, 'YYYYMMDD');
BEGIN
  -- Two replicas may come to the same midnight.
  PERFORM pg_advisory_xact_lock(hashtext('create_log_day'));
  IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = 'log_line'::regclass AND c.relname = name) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE log_line INCLUDING CONSTRAINTS)', name);
  EXECUTE format('CREATE UNIQUE INDEX %I ON %I (job_id, seq)', name || '_job_seq', name);
  EXECUTE format('ALTER TABLE log_line ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
                 day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
  RETURN true;
END
$$;
