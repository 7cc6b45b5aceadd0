SELECT mycelium.create_event_tables('email');

CREATE TABLE messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  -- Who asks twice under one name has it sent once.
  message_id text,
  provider text,
  -- The provider's own name for it: null until it has taken the message.
  provider_id text,
  sending_until timestamptz,
  recipients text[] NOT NULL,
  template text NOT NULL,
  subject text NOT NULL,
  status text NOT NULL,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  UNIQUE (tenant_id, message_id)
);
CREATE INDEX messages_created ON messages (tenant_id, created_at DESC);
CREATE INDEX messages_recipients ON messages USING gin (recipients);
SELECT mycelium.protect('messages');

-- A tenant's own words; without a row the house's hold.
CREATE TABLE templates (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  subject text NOT NULL,
  html text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);
SELECT mycelium.protect('templates');

-- What recipients did, counted; the address in lower case.
CREATE TABLE addresses (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  address text NOT NULL,
  sent int NOT NULL DEFAULT 0,
  delivered int NOT NULL DEFAULT 0,
  opens int NOT NULL DEFAULT 0,
  clicks int NOT NULL DEFAULT 0,
  bounces int NOT NULL DEFAULT 0,
  complaints int NOT NULL DEFAULT 0,
  last_event_at timestamptz,
  opted_out_at timestamptz,
  PRIMARY KEY (tenant_id, address)
);
SELECT mycelium.protect('addresses');

-- What a provider has told already: it may tell it again, and late.
CREATE TABLE provider_events (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  id text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
SELECT mycelium.protect('provider_events');

CREATE TABLE campaigns (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  template text NOT NULL,
  variables jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
SELECT mycelium.protect('campaigns');

CREATE TABLE campaign_recipients (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  campaign_id uuid NOT NULL,
  address text NOT NULL,
  status text NOT NULL DEFAULT 'PENDING',
  error_message text,
  PRIMARY KEY (tenant_id, campaign_id, address)
);
CREATE INDEX campaign_recipients_pending ON campaign_recipients (tenant_id, campaign_id) WHERE status = 'PENDING';
SELECT mycelium.protect('campaign_recipients');
