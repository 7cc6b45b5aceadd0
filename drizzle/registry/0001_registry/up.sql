-- A graph sees its own rows alone, as a tenant does elsewhere.
CREATE TABLE graphs (
  id text PRIMARY KEY CHECK (id ~ '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$'),
  title text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
SELECT mycelium.protect('graphs', 'id');

CREATE TABLE keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('READER', 'ROUTER', 'PUBLISHER', 'ADMIN')),
  hash text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
SELECT mycelium.protect('keys', 'graph_id');

-- Schemas by the hash of their text: launches share what did not change.
CREATE TABLE documents (
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  hash text NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (graph_id, hash)
);
SELECT mycelium.protect('documents', 'graph_id');

CREATE TABLE variants (
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL CHECK (name ~ '^[a-zA-Z0-9_.:/-]{1,64}$'),
  settings jsonb NOT NULL DEFAULT '{}',
  -- The last launch that composed, or the one that was gone back to.
  served_launch bigint,
  PRIMARY KEY (graph_id, name)
);
SELECT mycelium.protect('variants', 'graph_id');

-- The newest launch of a variant has its subgraphs as they were last published, whether they composed or not.
CREATE TABLE launches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  variant text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('PUBLISH', 'DELETE', 'SCHEMA', 'ROLLBACK', 'CONTRACT')),
  subject text,
  -- Null for a graph without subgraphs.
  subgraphs jsonb,
  supergraph_hash text,
  api_hash text,
  errors jsonb NOT NULL DEFAULT '[]',
  actor text NOT NULL,
  git jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX launches_newest ON launches (graph_id, variant, id DESC);
SELECT mycelium.protect('launches', 'graph_id');

CREATE TABLE checks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  variant text NOT NULL,
  subgraph text,
  status text NOT NULL CHECK (status IN ('PASSED', 'FAILED')),
  tasks jsonb NOT NULL,
  actor text NOT NULL,
  git jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX checks_newest ON checks (graph_id, variant, created_at DESC);
SELECT mycelium.protect('checks', 'graph_id');

-- Changes that somebody has answered for.
CREATE TABLE approvals (
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  variant text NOT NULL,
  change text NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, variant, change)
);
SELECT mycelium.protect('approvals', 'graph_id');

CREATE TABLE operations (
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  hash text NOT NULL,
  signature text NOT NULL,
  name text,
  coordinates text[] NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, hash)
);
CREATE INDEX operations_coordinates ON operations USING gin (coordinates);
SELECT mycelium.protect('operations', 'graph_id');

-- Who has asked what, an hour a row.
CREATE TABLE usage (
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  variant text NOT NULL,
  hour timestamptz NOT NULL,
  operation text NOT NULL,
  client_name text NOT NULL,
  client_version text NOT NULL,
  count bigint NOT NULL,
  errors bigint NOT NULL,
  latency_ms double precision NOT NULL,
  PRIMARY KEY (graph_id, variant, hour, operation, client_name, client_version)
);
SELECT mycelium.protect('usage', 'graph_id');

-- Reports that were taken: one that is sent twice counts once.
CREATE TABLE reports (
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  id uuid NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, id)
);
CREATE INDEX reports_taken ON reports (taken_at);
SELECT mycelium.protect('reports', 'graph_id');

CREATE TABLE routers (
  graph_id text NOT NULL DEFAULT mycelium.tenant_id(),
  variant text NOT NULL,
  name text NOT NULL,
  launch bigint NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (graph_id, variant, name)
);
SELECT mycelium.protect('routers', 'graph_id');
