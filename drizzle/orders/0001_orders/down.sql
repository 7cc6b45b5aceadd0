DROP TABLE webhook_receipts;
DROP TABLE sync_state;
DROP TABLE order_items;
DROP TABLE orders;
DROP TABLE guests;
DROP TABLE inbox;
DROP TABLE outbox;
