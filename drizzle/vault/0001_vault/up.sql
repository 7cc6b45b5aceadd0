-- Ciphertexts only. Every subgraph's process reads it as the vault's role, which row-level security binds to the tenant.
CREATE TABLE secrets (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- Of the key that the secret's own key is wrapped with; rotation finds by it what is still under an old one.
  key_id text NOT NULL,
  sealed text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);
CREATE INDEX secrets_key_id ON secrets (key_id);
SELECT mycelium.protect('secrets');

CREATE TABLE access_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  action text NOT NULL CHECK (action IN ('read', 'write', 'delete', 'rewrap', 'denied')),
  -- The subgraph that asked, and for whom.
  reader text NOT NULL,
  user_id text,
  request_id text,
  happened_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX access_log_by_name ON access_log (tenant_id, name, happened_at DESC);
SELECT mycelium.protect('access_log');
-- What has been logged stays as it is.
REVOKE UPDATE, DELETE ON access_log FROM mycelium_vault, mycelium_system;
