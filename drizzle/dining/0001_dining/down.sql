DROP TABLE loyalty_ledger;
DROP TABLE loyalty_accounts;
DROP TABLE receipts;
DROP TABLE notifications;
DROP TABLE dinners;
DROP TABLE inbox;
DROP TABLE outbox;
