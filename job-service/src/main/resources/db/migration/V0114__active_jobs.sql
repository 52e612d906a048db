-- Which jobs somebody runs is asked by eight statements; the table answers, so that a new status
-- changes this line and none of them. Jobs that have ended have completed_at.
ALTER TABLE jobs ADD COLUMN active boolean NOT NULL
  GENERATED ALWAYS AS (status IN ('starting_browser', 'running')) STORED;

ALTER TABLE jobs
  DROP CONSTRAINT jobs_owned_while_active,
  ADD CONSTRAINT jobs_owned_while_active CHECK
    (active = (owner IS NOT NULL AND lease_expires_at IS NOT NULL));

-- All that is being run anywhere, as before: as many entries as there are slots.
DROP INDEX jobs_active;
CREATE INDEX jobs_active ON jobs (tenant_id, workflow) WHERE active;
