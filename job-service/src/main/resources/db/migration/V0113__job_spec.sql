-- What a job asks for becomes one document, so that an option is no column of its own: it is written
-- and read as a whole (docs/adr/0017). Beside it stay params, verbatim and up to 1 MiB, which most
-- statements do not read; and the callback's sealed secret, which is moved to newer keys in place.
ALTER TABLE jobs ADD COLUMN spec text;

UPDATE jobs SET spec = jsonb_strip_nulls(jsonb_build_object(
  'timeout_seconds', timeout_seconds,
  'queue_ttl_seconds', queue_ttl_seconds,
  'browser', jsonb_build_object(
    'headless', headless,
    'start_url', start_url,
    'gpu', gpu,
    'viewport', CASE WHEN viewport_width IS NOT NULL
      THEN jsonb_build_object('width', viewport_width, 'height', viewport_height) END),
  'residential_proxy', residential_proxy::jsonb,
  'disable_default_proxy', disable_default_proxy,
  'callback', CASE WHEN callback_url IS NOT NULL THEN jsonb_build_object('url', callback_url) END,
  'skip_callbacks', skip_callbacks))::text;

ALTER TABLE jobs
  ALTER COLUMN spec SET NOT NULL,
  DROP COLUMN timeout_seconds,
  DROP COLUMN queue_ttl_seconds,
  DROP COLUMN callback_url,
  DROP COLUMN skip_callbacks,
  DROP COLUMN residential_proxy,
  DROP COLUMN disable_default_proxy,
  DROP COLUMN headless,
  DROP COLUMN start_url,
  DROP COLUMN gpu,
  DROP COLUMN viewport_width,
  DROP COLUMN viewport_height,
  -- The start of a job adds this to its due time.
  ADD CONSTRAINT jobs_timeout CHECK
    (coalesce((spec::json ->> 'timeout_seconds')::integer, 0) BETWEEN 1 AND 3600),
  ADD CONSTRAINT jobs_callback_both CHECK
    ((spec::json -> 'callback' IS NULL) = (callback_secret_sealed IS NULL));

-- What a workflow declares for its runs, in the form of the spec that it is merged into.
ALTER TABLE workflow_version ADD COLUMN browser text;

UPDATE workflow_version SET browser = jsonb_strip_nulls(jsonb_build_object(
  'start_url', start_url,
  'gpu', gpu,
  'viewport', CASE WHEN viewport_width IS NOT NULL
    THEN jsonb_build_object('width', viewport_width, 'height', viewport_height) END))::text;

ALTER TABLE workflow_version
  ALTER COLUMN browser SET NOT NULL,
  DROP COLUMN start_url,
  DROP COLUMN gpu,
  DROP COLUMN viewport_width,
  DROP COLUMN viewport_height;

-- Hashes of the former form cannot be compared with those of today. A nonce without one holds its
-- job for the rest of its 30 days: a repetition gets that job, whatever it asks for.
ALTER TABLE job_nonces ALTER COLUMN input_hash DROP NOT NULL;
UPDATE job_nonces SET input_hash = NULL;
