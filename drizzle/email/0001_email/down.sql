DROP TABLE campaign_recipients;
DROP TABLE campaigns;
DROP TABLE provider_events;
DROP TABLE addresses;
DROP TABLE templates;
DROP TABLE messages;
DROP TABLE inbox;
DROP TABLE outbox;
