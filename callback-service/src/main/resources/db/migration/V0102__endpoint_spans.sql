-- When each endpoint was active: the targets of a job are those of the moment when it ended, however
-- late its event arrives. Written by a trigger, so that no way of changing an endpoint can forget it,
-- in milliseconds, like the times in events.
CREATE TABLE webhook_endpoint_span (
  endpoint_id  uuid        NOT NULL,
  tenant_id    uuid        NOT NULL,
  -- For an endpoint that was deleted meanwhile.
  url          text        NOT NULL,
  active_from  timestamptz NOT NULL,
  -- Null while it is active.
  active_until timestamptz
);
CREATE UNIQUE INDEX webhook_endpoint_span_open ON webhook_endpoint_span (endpoint_id)
  WHERE active_until IS NULL;
CREATE INDEX webhook_endpoint_span_tenant ON webhook_endpoint_span (tenant_id, active_until);
CREATE INDEX webhook_endpoint_span_ended ON webhook_endpoint_span (active_until)
  WHERE active_until IS NOT NULL;

INSERT INTO webhook_endpoint_span (endpoint_id, tenant_id, url, active_from)
SELECT id, tenant_id, url, date_trunc('milliseconds', created_at) FROM webhook_endpoint WHERE active;

CREATE FUNCTION keep_endpoint_span() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.active AND (TG_OP = 'DELETE' OR NOT NEW.active) THEN
    UPDATE webhook_endpoint_span SET active_until = date_trunc('milliseconds', now())
     WHERE endpoint_id = OLD.id AND active_until IS NULL;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.active AND (TG_OP = 'INSERT' OR NOT OLD.active) THEN
    INSERT INTO webhook_endpoint_span (endpoint_id, tenant_id, url, active_from)
    VALUES (NEW.id, NEW.tenant_id, NEW.url, date_trunc('milliseconds', now()));
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER webhook_endpoint_span AFTER INSERT OR UPDATE OF active OR DELETE ON webhook_endpoint
  FOR EACH ROW EXECUTE FUNCTION keep_endpoint_span();
