SELECT mycelium.create_event_tables('sms');

CREATE TABLE messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  -- Who asks twice under one name has it sent once.
  message_id text,
  provider text,
  -- The provider's own name for it: null until it has taken the message.
  provider_id text,
  -- Somebody is sending it at present; whoever dies meanwhile is followed by another after this.
  sending_until timestamptz,
  to_number text NOT NULL,
  from_number text NOT NULL,
  body text NOT NULL,
  media_url text,
  status text NOT NULL,
  direction text NOT NULL,
  price numeric,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, message_id)
);
CREATE UNIQUE INDEX messages_provider_id ON messages (tenant_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX messages_to ON messages (tenant_id, to_number, created_at DESC);
CREATE INDEX messages_created ON messages (tenant_id, created_at DESC);
SELECT mycelium.protect('messages');

-- What is known of a number: by looking it up, and by what its owner wants.
CREATE TABLE phones (
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  number text NOT NULL,
  is_valid boolean,
  national_format text,
  carrier text,
  type text,
  looked_up_at timestamptz,
  opted_out_at timestamptz,
  PRIMARY KEY (tenant_id, number)
);
SELECT mycelium.protect('phones');
