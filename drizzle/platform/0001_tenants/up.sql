CREATE TABLE tenants (
  id text PRIMARY KEY CHECK (id ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name text NOT NULL,
  plan text NOT NULL DEFAULT 'STANDARD' CHECK (plan IN ('STANDARD', 'PREMIUM', 'ENTERPRISE')),
  created_at timestamptz NOT NULL DEFAULT now()
);
-- A tenant's own row is the only one that it sees.
SELECT mycelium.protect('tenants', 'id');
