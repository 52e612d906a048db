-- Secrets that workflows declare by name. The value is sealed under (tenant, name), so that a row
-- copied to another tenant or name does not open.
CREATE TABLE credential (
  id         uuid        PRIMARY KEY,
  tenant_id  uuid        NOT NULL,
  name       text        NOT NULL CHECK (name <> ''),
  sealed     text        NOT NULL,
  key_id     text        NOT NULL GENERATED ALWAYS AS (split_part(sealed, '.', 2)) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, name)
);
-- Finds what a rotated key still protects.
CREATE INDEX credential_by_key ON credential (key_id, id);
