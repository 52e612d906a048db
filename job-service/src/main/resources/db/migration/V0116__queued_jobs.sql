-- How many jobs of a tenant wait, kept by the transactions that change it: so it is exact, whatever is
-- killed, and reading it costs the same for ten waiting jobs and for a hundred thousand. Each backend
-- counts in a row of its own, so that no transaction waits for another; the sum counts. Rows of backends
-- that are gone are added up in row 0 from time to time.
CREATE TABLE queued_jobs (
  tenant_id uuid    NOT NULL,
  backend   integer NOT NULL,
  waiting   integer NOT NULL,
  PRIMARY KEY (tenant_id, backend)
) WITH (fillfactor = 50); -- each create and each claim updates a row in place

CREATE FUNCTION count_queued_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO queued_jobs (tenant_id, backend, waiting)
  VALUES (coalesce(NEW.tenant_id, OLD.tenant_id), pg_backend_pid(), TG_ARGV[0]::integer)
  ON CONFLICT (tenant_id, backend) DO UPDATE
     SET waiting = queued_jobs.waiting + EXCLUDED.waiting;
  RETURN NULL;
END $$;

CREATE TRIGGER jobs_queued AFTER INSERT ON jobs FOR EACH ROW
  WHEN (NEW.status = 'queued') EXECUTE FUNCTION count_queued_job('1');
CREATE TRIGGER jobs_queued_again AFTER UPDATE OF status ON jobs FOR EACH ROW
  WHEN (OLD.status <> 'queued' AND NEW.status = 'queued') EXECUTE FUNCTION count_queued_job('1');
CREATE TRIGGER jobs_unqueued AFTER UPDATE OF status ON jobs FOR EACH ROW
  WHEN (OLD.status = 'queued' AND NEW.status <> 'queued') EXECUTE FUNCTION count_queued_job('-1');
CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs FOR EACH ROW
  WHEN (OLD.status = 'queued') EXECUTE FUNCTION count_queued_job('-1');

-- The triggers' lock keeps writers out until this has committed.
INSERT INTO queued_jobs (tenant_id, backend, waiting)
SELECT tenant_id, 0, count(*) FROM jobs WHERE status = 'queued' GROUP BY tenant_id;
