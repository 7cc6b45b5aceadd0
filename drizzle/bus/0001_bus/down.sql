DROP TABLE deliveries;
DROP TABLE groups;
DROP TABLE events;
