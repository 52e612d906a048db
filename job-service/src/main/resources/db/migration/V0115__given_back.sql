-- A job whose launch failed before its handler was reached goes back to the queue. Its attempt stays,
-- because it fences the reports of the run that was given up; that nobody has claimed it is told by
-- claimed_at.
ALTER TABLE jobs
  DROP CONSTRAINT jobs_unclaimed_while_queued,
  ADD CONSTRAINT jobs_unclaimed_while_queued CHECK
    (status <> 'queued' OR (claimed_at IS NULL AND started_at IS NULL)),
  DROP CONSTRAINT jobs_failure_fits,
  ADD CONSTRAINT jobs_failure_fits CHECK (CASE failure_code
    WHEN 'queue_expired'    THEN claimed_at IS NULL
    WHEN 'launch_failed'    THEN claimed_at IS NOT NULL AND started_at IS NULL
    WHEN 'invalid_input'    THEN claimed_at IS NOT NULL AND started_at IS NULL
    WHEN 'timeout'          THEN started_at IS NOT NULL
    WHEN 'result_too_large' THEN started_at IS NOT NULL
    WHEN 'user_error'       THEN claimed_at IS NOT NULL
    WHEN 'executor_lost'    THEN claimed_at IS NOT NULL
    ELSE true END) NOT VALID;

ALTER TABLE job_timeline
  DROP CONSTRAINT job_timeline_event_check,
  ADD CONSTRAINT job_timeline_event_check CHECK (event IN
    ('queued', 'claimed', 'browser_ready', 'handler_started', 'cancel_requested', 'given_back',
     'ended')),
  DROP CONSTRAINT job_timeline_legal_move,
  ADD CONSTRAINT job_timeline_legal_move CHECK (
    (from_status IS NULL AND to_status = 'queued')
    OR (from_status = to_status AND event IN ('browser_ready', 'cancel_requested'))
    OR (from_status, to_status) IN (
      ('queued', 'starting_browser'), ('queued', 'failed'), ('queued', 'cancelled'),
      ('starting_browser', 'queued'),
      ('starting_browser', 'running'), ('starting_browser', 'failed'),
      ('starting_browser', 'cancelled'),
      ('running', 'completed'), ('running', 'failed'), ('running', 'cancelled')));
