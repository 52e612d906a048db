-- A workflow with few lines among a tenant's many: without it a page walks all of them.
CREATE INDEX log_line_by_workflow ON log_line (tenant_id, workflow, logged_at);
