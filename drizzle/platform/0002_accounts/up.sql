SELECT mycelium.create_event_tables('platform');

CREATE TABLE accounts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  -- In lower case.
  email text NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('USER', 'STAFF', 'ADMIN')),
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  deactivated_at timestamptz,
  UNIQUE (tenant_id, email)
);
SELECT mycelium.protect('accounts');

-- One row for each refresh token that was given out. A family is one sign-in; a token that is used twice ends it.
CREATE TABLE refresh_tokens (
  hash text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  account_id uuid NOT NULL,
  family uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (tenant_id, family);
CREATE INDEX refresh_tokens_account ON refresh_tokens (tenant_id, account_id);
SELECT mycelium.protect('refresh_tokens');

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('USER', 'STAFF', 'ADMIN')),
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  UNIQUE (tenant_id, hash)
);
SELECT mycelium.protect('api_keys');

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  actor text NOT NULL,
  action text NOT NULL,
  target text,
  request_id text,
  happened_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_log_newest ON audit_log (tenant_id, id DESC);
SELECT mycelium.protect('audit_log');
-- What has been logged stays as it is.
REVOKE UPDATE, DELETE ON audit_log FROM mycelium_platform, mycelium_system;

-- The public halves of what tokens are signed with; the private ones are in the vault. No tenant's: all may read them.
CREATE TABLE signing_keys (
  id text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
