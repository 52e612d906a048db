-- How often a key may call, where the configured limit is not meant for it.
ALTER TABLE api_keys
  ADD COLUMN requests_per_second integer CHECK (requests_per_second > 0),
  ADD COLUMN burst integer CHECK (burst > 0),
  ADD CONSTRAINT api_keys_limit_complete CHECK ((requests_per_second IS NULL) = (burst IS NULL));
