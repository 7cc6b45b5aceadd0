DROP TABLE signing_keys;
DROP TABLE audit_log;
DROP TABLE api_keys;
DROP TABLE refresh_tokens;
DROP TABLE accounts;
DROP TABLE inbox;
DROP TABLE outbox;
