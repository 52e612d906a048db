CREATE TABLE tenants (
  id           uuid PRIMARY KEY,
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  created_at   timestamptz NOT NULL,
  suspended_at timestamptz
);

CREATE TABLE api_keys (
  id           uuid PRIMARY KEY,
  tenant_id    uuid NOT NULL REFERENCES tenants (id),
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  -- SHA-256 of the whole key; the key itself is kept nowhere.
  hash         bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
  -- The first characters, so that people can tell their keys apart.
  start        text NOT NULL,
  scopes       text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'write', 'admin'] AND cardinality(scopes) > 0),
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);
CREATE INDEX api_keys_of_tenant ON api_keys (tenant_id, created_at DESC, id DESC) WHERE revoked_at IS NULL;

-- tenant_id and key_id are null for what the operator did under the admin key. They are no references:
-- the trail outlives what it speaks of.
CREATE TABLE audit_entries (
  id         uuid PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor      text NOT NULL CHECK (actor IN ('key', 'operator')),
  tenant_id  uuid,
  key_id     uuid,
  procedure  text NOT NULL,
  subject    text,
  status     integer NOT NULL,
  request_id text NOT NULL
);
CREATE INDEX audit_entries_by_time ON audit_entries (at DESC, id DESC);
CREATE INDEX audit_entries_of_tenant ON audit_entries (tenant_id, at DESC, id DESC);

CREATE TABLE browser_profiles (
  id         uuid PRIMARY KEY,
  tenant_id  uuid NOT NULL REFERENCES tenants (id),
  name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant_id, name)
);
