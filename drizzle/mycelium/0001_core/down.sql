DROP FUNCTION protect;
DROP FUNCTION enter_system;
DROP TABLE system_access;
DROP FUNCTION user_id;
DROP FUNCTION tenant_id;
