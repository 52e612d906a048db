-- What the author of a deployment is told beside its result.
ALTER TABLE deployment
  -- The end of what the build said, at most 64 KiB.
  ADD COLUMN build_log text,
  ADD COLUMN warnings  text[] NOT NULL DEFAULT '{}';
