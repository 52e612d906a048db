-- An event leaves only when no earlier one of its key waits: this finds the earlier ones.
CREATE INDEX outbox_by_key ON outbox (key, position);

-- Events that Kafka will never take as they are, with the reason. They wait for an operator, who
-- removes the cause and sends them again; each is an event that somebody misses, so none is swept.
CREATE TABLE outbox_dead (
  position    bigint      PRIMARY KEY,
  event_id    uuid        NOT NULL,
  topic       text        NOT NULL,
  ce_type     text        NOT NULL,
  key         text        NOT NULL,
  tenant_id   uuid        NOT NULL,
  traceparent text,
  occurred_at timestamptz NOT NULL,
  body        bytea       NOT NULL,
  reason      text        NOT NULL,
  died_at     timestamptz NOT NULL DEFAULT now()
);
