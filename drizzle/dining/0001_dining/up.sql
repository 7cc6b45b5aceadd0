SELECT mycelium.create_event_tables('dining');

-- One saga for each order: what is done stands here before the next step begins.
CREATE TABLE dinners (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  order_id text NOT NULL,
  tip numeric,
  -- Which receipts are wanted: EMAIL, SMS.
  receipts text[] NOT NULL,
  state text NOT NULL DEFAULT 'RUNNING' CHECK (state IN ('RUNNING', 'DONE', 'FAILED')),
  -- Somebody goes on with it at present; whoever dies meanwhile is followed by another after this.
  running_until timestamptz,
  closed jsonb,
  payment jsonb,
  recorded_at timestamptz,
  points int,
  failed_step text,
  error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (tenant_id, order_id)
);
SELECT mycelium.protect('dinners');

CREATE TABLE notifications (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  dinner_id uuid NOT NULL,
  type text NOT NULL,
  status text NOT NULL,
  provider_id text,
  error text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, dinner_id, type)
);
SELECT mycelium.protect('notifications');

CREATE TABLE receipts (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  dinner_id uuid NOT NULL,
  -- Whoever knows it may read the receipt until it expires.
  token text NOT NULL,
  content jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, dinner_id)
);
CREATE UNIQUE INDEX receipts_token ON receipts (tenant_id, token);
SELECT mycelium.protect('receipts');

CREATE TABLE loyalty_accounts (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  -- E-mail in lower case, else the phone, else the till's id.
  guest_key text NOT NULL,
  points bigint NOT NULL,
  PRIMARY KEY (tenant_id, guest_key)
);
SELECT mycelium.protect('loyalty_accounts');

CREATE TABLE loyalty_ledger (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  order_id text NOT NULL,
  guest_key text NOT NULL,
  points int NOT NULL,
  credited_at timestamptz NOT NULL DEFAULT now(),
  -- An order earns once.
  PRIMARY KEY (tenant_id, order_id)
);
SELECT mycelium.protect('loyalty_ledger');
