-- Who asks, as the connection's transaction says it. Null outside a tenant, which equals no row's tenant.
CREATE FUNCTION tenant_id() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.tenant_id', true), '');

CREATE FUNCTION user_id() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.current_user_id', true), '');

-- A row for each time that something acts over all tenants: who, and why.
CREATE TABLE system_access (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  role text NOT NULL DEFAULT session_user,
  reason text NOT NULL,
  request_id text,
  happened_at timestamptz NOT NULL DEFAULT now()
);

-- Opens a system transaction. The policies below let nothing through before it.
CREATE FUNCTION enter_system(reason text, request_id text DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = mycelium AS $$
BEGIN
  IF coalesce(reason, '') = '' THEN
    RAISE EXCEPTION 'system access needs a reason';
  END IF;
  INSERT INTO system_access (reason, request_id) VALUES (reason, request_id);
  PERFORM set_config('app.system_reason', reason, true);
END $$;
REVOKE ALL ON FUNCTION enter_system FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enter_system TO mycelium_system;

-- Puts a table under row-level security: a tenant sees and writes its own rows, the system all of them.
CREATE FUNCTION protect(protected regclass, tenant_column name DEFAULT 'tenant_id') RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
  EXECUTE format(
    'CREATE POLICY tenant_isolation ON %s USING (%I = mycelium.tenant_id()) WITH CHECK (%I = mycelium.tenant_id())',
    protected, tenant_column, tenant_column);
  EXECUTE format(
    'CREATE POLICY system_access ON %s TO mycelium_system
       USING (nullif(current_setting(''app.system_reason'', true), '''') IS NOT NULL)
       WITH CHECK (nullif(current_setting(''app.system_reason'', true), '''') IS NOT NULL)',
    protected);
END $$;
REVOKE ALL ON FUNCTION protect FROM PUBLIC;
