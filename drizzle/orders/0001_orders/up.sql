SELECT mycelium.create_event_tables('orders');

-- Guests come out of imported orders: Toast has no list of them.
CREATE TABLE guests (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  toast_id text NOT NULL,
  email text,
  phone text,
  name text,
  visit_count int NOT NULL DEFAULT 0,
  lifetime_value_cents bigint NOT NULL DEFAULT 0,
  last_visit timestamptz,
  favorite_items text[] NOT NULL DEFAULT '{}',
  preferences jsonb NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, toast_id)
);
CREATE UNIQUE INDEX guests_email ON guests (tenant_id, lower(email)) WHERE email IS NOT NULL;
CREATE INDEX guests_phone ON guests (tenant_id, phone) WHERE phone IS NOT NULL;
SELECT mycelium.protect('guests');

CREATE TABLE orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  toast_guid text NOT NULL,
  check_guid text NOT NULL,
  guest_id uuid REFERENCES guests (id),
  table_guid text,
  server_guid text,
  subtotal_cents bigint NOT NULL,
  tax_cents bigint NOT NULL,
  tip_cents bigint,
  total_cents bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('OPEN', 'CLOSED', 'PAID', 'VOIDED')),
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  payment_id text,
  modified_at timestamptz NOT NULL,
  UNIQUE (tenant_id, toast_guid),
  CHECK (total_cents = subtotal_cents + tax_cents + coalesce(tip_cents, 0))
);
CREATE INDEX orders_status ON orders (tenant_id, status, opened_at DESC);
CREATE INDEX orders_opened ON orders (tenant_id, opened_at DESC);
CREATE INDEX orders_guest ON orders (guest_id);
SELECT mycelium.protect('orders');

CREATE TABLE order_items (
  order_id uuid NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  position int NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  quantity int NOT NULL,
  price_cents bigint NOT NULL,
  modifiers text[] NOT NULL DEFAULT '{}',
  category text NOT NULL,
  is_alcohol boolean NOT NULL,
  PRIMARY KEY (order_id, position)
);
SELECT mycelium.protect('order_items');

-- How far a tenant's orders have been read.
CREATE TABLE sync_state (
  tenant_id text PRIMARY KEY DEFAULT mycelium.tenant_id(),
  synced_until timestamptz NOT NULL
);
SELECT mycelium.protect('sync_state');

-- What a provider has told already: it may tell it again.
CREATE TABLE webhook_receipts (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  event_id text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, event_id)
);
SELECT mycelium.protect('webhook_receipts');
