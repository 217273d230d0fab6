-- The three roles of a service, and nothing for anybody else. Run by an administrator in the
-- service's database, as often as one likes. Plain SQL, so that any client can run it; its inputs
-- are settings of the session (PGOPTIONS="-c roles.service=… -c roles.migrator_password=… …"):
--   roles.service, roles.migrator_password, roles.app_password, roles.auditor_password
--   roles.app_connections: replicas × (DATABASE_CONNECTIONS + 1 for the relay); 80 when left out
--
-- The database stays the administrator's. The migrator may make tables in it and give rights on
-- them (<service>/grants.ts), but neither drop it nor change its settings.

DO $$
DECLARE
  service text := current_setting('roles.service');
  migrator text := service || '_migrator';
  app text := service || '_app';
  auditor text := service || '_auditor';
  app_connections int :=
    coalesce(nullif(current_setting('roles.app_connections', true), ''), '80')::int;
  kind text;
  role text;
  connections int;
BEGIN
  FOREACH kind IN ARRAY ARRAY['migrator', 'app', 'auditor'] LOOP
    role := service || '_' || kind;
    connections := CASE kind WHEN 'app' THEN app_connections ELSE 5 END;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I', role);
    END IF;
    -- A new role is no superuser; to say so in words, one would have to be a superuser.
    EXECUTE format(
      'ALTER ROLE %I LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT %s PASSWORD %L',
      role, connections, current_setting('roles.' || kind || '_password'));
    -- Names without a schema are looked up nowhere else, whoever makes a schema named like a role.
    EXECUTE format('ALTER ROLE %I SET search_path = public', role);
  END LOOP;

  -- What hangs must not hold up others: a session has these limits unless it asks for others.
  EXECUTE format('ALTER ROLE %I SET statement_timeout = ''5s''', app);
  EXECUTE format('ALTER ROLE %I SET lock_timeout = ''2s''', app);
  EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''10s''', app);
  -- A migration may take long, but must not make everybody else wait for a lock that it waits for.
  EXECUTE format('ALTER ROLE %I SET lock_timeout = ''60s''', migrator);
  EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''', migrator);
  EXECUTE format('ALTER ROLE %I SET statement_timeout = ''60s''', auditor);
  EXECUTE format('ALTER ROLE %I SET lock_timeout = ''2s''', auditor);
  EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''', auditor);
  EXECUTE format('ALTER ROLE %I SET default_transaction_read_only = on', auditor);

  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, %I, %I, %I',
    current_database(), migrator, app, auditor);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I, %I, %I',
    current_database(), migrator, app, auditor);
  -- For the schema in which Drizzle notes what is applied.
  EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), migrator);
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  EXECUTE format('GRANT CREATE, USAGE ON SCHEMA public TO %I', migrator);
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I WITH GRANT OPTION', migrator);
END
$$;
