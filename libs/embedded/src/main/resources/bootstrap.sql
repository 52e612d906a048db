-- The database of Impresario: one schema and one login per service, none with rights in another's schema.
-- Run as a superuser (or a role with CREATEROLE that owns the database), connected to the database
-- "impresario". Safe to run again. The placeholders are replaced by whoever runs it.

REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON DATABASE impresario FROM PUBLIC;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'impresario_gateway') THEN
    CREATE ROLE impresario_gateway LOGIN;
  END IF;
END $$;
ALTER ROLE impresario_gateway PASSWORD '${gateway_password}';
ALTER ROLE impresario_gateway SET search_path = gateway;
GRANT CONNECT ON DATABASE impresario TO impresario_gateway;
GRANT impresario_gateway TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS gateway AUTHORIZATION impresario_gateway;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'impresario_job') THEN
    CREATE ROLE impresario_job LOGIN;
  END IF;
END $$;
ALTER ROLE impresario_job PASSWORD '${job_password}';
ALTER ROLE impresario_job SET search_path = job;
GRANT CONNECT ON DATABASE impresario TO impresario_job;
GRANT impresario_job TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS job AUTHORIZATION impresario_job;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'impresario_schedule') THEN
    CREATE ROLE impresario_schedule LOGIN;
  END IF;
END $$;
ALTER ROLE impresario_schedule PASSWORD '${schedule_password}';
ALTER ROLE impresario_schedule SET search_path = schedule;
GRANT CONNECT ON DATABASE impresario TO impresario_schedule;
GRANT impresario_schedule TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS schedule AUTHORIZATION impresario_schedule;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'impresario_callback') THEN
    CREATE ROLE impresario_callback LOGIN;
  END IF;
END $$;
ALTER ROLE impresario_callback PASSWORD '${callback_password}';
ALTER ROLE impresario_callback SET search_path = callback;
GRANT CONNECT ON DATABASE impresario TO impresario_callback;
GRANT impresario_callback TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS callback AUTHORIZATION impresario_callback;

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'impresario_log') THEN
    CREATE ROLE impresario_log LOGIN;
  END IF;
END $$;
ALTER ROLE impresario_log PASSWORD '${log_password}';
ALTER ROLE impresario_log SET search_path = log;
GRANT CONNECT ON DATABASE impresario TO impresario_log;
GRANT impresario_log TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS log AUTHORIZATION impresario_log;
