-- The three roles of a service, in its database; run by an administrator, as often as one likes.
DO $$
DECLARE
  service text := current_setting('roles.service');
  kind text;
  name text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['migrator', 'app', 'auditor'] LOOP
    name := service || '_' || kind;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD %L', name, current_setting('roles.' || kind || '_password'));
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', service);
  EXECUTE format('ALTER DATABASE %I OWNER TO %I', service, service || '_migrator');
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I, %I', service, service || '_app', service || '_auditor');
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  EXECUTE format('ALTER SCHEMA public OWNER TO %I', service || '_migrator');
END
$$;
