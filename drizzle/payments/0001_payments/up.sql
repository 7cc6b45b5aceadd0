SELECT mycelium.create_event_tables('payments');

-- A copy of what Stripe holds, kept current by its webhooks and a daily reconciliation. No card data: tokens and the
-- last four digits, as Stripe gives them.
CREATE TABLE customers (
  id text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  email text,
  name text,
  phone text,
  default_payment_method_id text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX customers_email ON customers (tenant_id, lower(email)) WHERE email IS NOT NULL;
SELECT mycelium.protect('customers');

CREATE TABLE payment_methods (
  id text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  customer_id text NOT NULL,
  type text NOT NULL,
  brand text,
  last4 text CHECK (length(last4) <= 4),
  exp_month int,
  exp_year int,
  country text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX payment_methods_customer ON payment_methods (tenant_id, customer_id);
SELECT mycelium.protect('payment_methods');

CREATE TABLE billing_subscriptions (
  id text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  customer_id text NOT NULL,
  status text NOT NULL,
  items jsonb NOT NULL,
  period_start timestamptz NOT NULL,
  period_end timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX billing_subscriptions_customer ON billing_subscriptions (tenant_id, customer_id);
SELECT mycelium.protect('billing_subscriptions');

CREATE TABLE payments (
  id text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  amount_cents bigint NOT NULL,
  refunded_cents bigint NOT NULL DEFAULT 0,
  currency text NOT NULL,
  status text NOT NULL,
  customer_id text,
  payment_method_id text,
  metadata jsonb NOT NULL DEFAULT '{}',
  order_id text GENERATED ALWAYS AS (metadata ->> 'orderId') STORED,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX payments_created ON payments (tenant_id, created_at DESC);
CREATE INDEX payments_customer ON payments (tenant_id, customer_id);
CREATE INDEX payments_order ON payments (tenant_id, order_id) WHERE order_id IS NOT NULL;
SELECT mycelium.protect('payments');

CREATE TABLE refunds (
  id text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  payment_id text NOT NULL,
  amount_cents bigint NOT NULL,
  status text NOT NULL,
  reason text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX refunds_payment ON refunds (tenant_id, payment_id);
SELECT mycelium.protect('refunds');

CREATE TABLE disputes (
  id text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  payment_id text NOT NULL,
  amount_cents bigint NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX disputes_payment ON disputes (tenant_id, payment_id);
SELECT mycelium.protect('disputes');

-- What Stripe has told already: it may tell it again, and late.
CREATE TABLE stripe_events (
  id text NOT NULL,
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
SELECT mycelium.protect('stripe_events');
