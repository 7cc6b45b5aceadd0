-- Read by the bus's own role alone, which serves all tenants: no subgraph has a right here.
CREATE TABLE events (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  event jsonb NOT NULL,
  published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX events_published_at ON events (published_at);

CREATE TABLE groups (
  name text PRIMARY KEY,
  types text[] NOT NULL
);

-- What a group has yet to handle. A row is taken by its lease and removed when it is done.
CREATE TABLE deliveries (
  group_name text NOT NULL REFERENCES groups (name),
  event_id uuid NOT NULL REFERENCES events (id) ON DELETE CASCADE,
  attempts integer NOT NULL DEFAULT 0,
  available_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  dead_at timestamptz,
  last_error text,
  PRIMARY KEY (group_name, event_id)
);
CREATE INDEX deliveries_waiting ON deliveries (group_name, available_at) WHERE dead_at IS NULL;
