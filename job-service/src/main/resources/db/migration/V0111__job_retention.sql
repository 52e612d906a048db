-- Retention looks for the jobs that ended longest ago. They lie near one another on disk, so the
-- ranges of blocks are enough and cost nothing when a job ends.
CREATE INDEX jobs_by_end ON jobs USING brin (completed_at);
