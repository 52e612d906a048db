-- What the hosted service's client shows and sets. Nothing here acts on it.
ALTER TABLE tenants
  ADD COLUMN code_sharing_enabled boolean NOT NULL DEFAULT false,
  ADD COLUMN disable_job_failure_notifications boolean NOT NULL DEFAULT false,
  ADD COLUMN debug_notification_email text CHECK (length(debug_notification_email) <= 254);
