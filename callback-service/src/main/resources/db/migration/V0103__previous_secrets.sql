-- For the sweeper: there are few at any time.
CREATE INDEX webhook_endpoint_previous_secret ON webhook_endpoint (previous_secret_until)
  WHERE previous_secret_until IS NOT NULL;
