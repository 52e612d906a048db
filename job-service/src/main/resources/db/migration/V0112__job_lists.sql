-- A list of one workflow in one status must not read past all its jobs in other statuses. A list of
-- one workflow in any status merges six ranges of the same index, so that there is still one for both.
DROP INDEX jobs_by_workflow;
CREATE INDEX jobs_by_workflow ON jobs (tenant_id, workflow, status, created_at DESC, id DESC);

-- Retention deletes the jobs that ended longest ago, a bite at a time. With ranges of blocks only,
-- each bite would read again past what the ones before it deleted.
DROP INDEX jobs_by_end;
CREATE INDEX jobs_by_end ON jobs (completed_at) WHERE completed_at IS NOT NULL;
