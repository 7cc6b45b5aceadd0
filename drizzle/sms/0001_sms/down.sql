DROP TABLE phones;
DROP TABLE messages;
DROP TABLE inbox;
DROP TABLE outbox;
