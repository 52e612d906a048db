-- Secrets that were replaced and still sign until their grace time ends: as many as there were rotations
-- within it. Ids are in the order of the rotations. The context of a seal is endpoint:<endpoint_id>.
CREATE TABLE previous_secret (
  id           uuid        PRIMARY KEY,
  endpoint_id  uuid        NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
  sealed       text        NOT NULL,
  signs_until  timestamptz NOT NULL
);
CREATE INDEX previous_secret_endpoint ON previous_secret (endpoint_id);
CREATE INDEX previous_secret_until ON previous_secret (signs_until);

INSERT INTO previous_secret
SELECT id, id, previous_secret_sealed, previous_secret_until FROM webhook_endpoint
 WHERE previous_secret_sealed IS NOT NULL;

ALTER TABLE webhook_endpoint DROP COLUMN previous_secret_sealed, DROP COLUMN previous_secret_until;
