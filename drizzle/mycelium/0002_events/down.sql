DROP FUNCTION create_event_tables;
