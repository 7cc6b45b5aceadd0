-- Makes a schema's outbox and inbox. The subgraph may add to its outbox, and only the relay's role may read it.
CREATE FUNCTION create_event_tables(subgraph text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('
    CREATE TABLE %1$I.outbox (
      position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
      event jsonb NOT NULL
    );
    CREATE TABLE %1$I.inbox (
      consumer text NOT NULL,
      event_id uuid NOT NULL,
      tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
      handled_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (consumer, event_id)
    );
    CREATE INDEX inbox_handled_at ON %1$I.inbox (handled_at);
    REVOKE ALL ON %1$I.outbox FROM mycelium_%1$s;
    GRANT INSERT ON %1$I.outbox TO mycelium_%1$s;
    GRANT USAGE ON SCHEMA %1$I TO mycelium_bus;
    GRANT SELECT, UPDATE, DELETE ON %1$I.outbox TO mycelium_bus;
    CREATE POLICY relay ON %1$I.outbox TO mycelium_bus USING (true)', subgraph);
  PERFORM mycelium.protect(format('%I.outbox', subgraph)::regclass);
  PERFORM mycelium.protect(format('%I.inbox', subgraph)::regclass);
END $$;
REVOKE ALL ON FUNCTION create_event_tables FROM PUBLIC;
