-- How a schedule's jobs are to be run becomes one document, the spec of the jobs themselves (see
-- docs/adr/0017). Beside it stay params, verbatim, and the callback's sealed secret, which is moved to
-- newer keys in place.
ALTER TABLE schedule ADD COLUMN spec text;

UPDATE schedule SET spec = jsonb_strip_nulls(jsonb_build_object(
  'timeout_seconds', timeout_seconds,
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

ALTER TABLE schedule
  ALTER COLUMN spec SET NOT NULL,
  DROP COLUMN timeout_seconds,
  DROP COLUMN residential_proxy,
  DROP COLUMN disable_default_proxy,
  DROP COLUMN headless,
  DROP COLUMN start_url,
  DROP COLUMN gpu,
  DROP COLUMN viewport_width,
  DROP COLUMN viewport_height,
  DROP COLUMN callback_url,
  DROP COLUMN skip_callbacks,
  ADD CONSTRAINT schedule_callback_complete CHECK
    ((spec::json -> 'callback' IS NULL) = (callback_secret_sealed IS NULL));
