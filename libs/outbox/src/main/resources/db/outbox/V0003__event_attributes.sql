-- What consumers tell events apart by without reading their bodies; sent as headers.
ALTER TABLE outbox ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}';
ALTER TABLE outbox_dead ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}';
