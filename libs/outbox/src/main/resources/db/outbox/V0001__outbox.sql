-- Events that wait for the broker: written in the transaction of the row that they speak of,
-- deleted in the transaction in which the broker has acknowledged them.
CREATE TABLE outbox (
  position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id    uuid        NOT NULL,
  topic       text        NOT NULL,
  ce_type     text        NOT NULL,
  key         text        NOT NULL,
  tenant_id   uuid        NOT NULL,
  traceparent text,
  occurred_at timestamptz NOT NULL,
  body        bytea       NOT NULL
) WITH (
  -- A queue: every row dies young, so clean up by count and not by share of the table.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000
);

-- Events whose effect is done, by consumer: written in the transaction of the effect.
CREATE TABLE inbox (
  consumer    text        NOT NULL,
  event_id    text        NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_received_at ON inbox (received_at);
