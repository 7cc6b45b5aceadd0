-- graphile-worker keeps its tables in this schema and sets them up as this role, which owns nothing else.
ALTER SCHEMA jobs OWNER TO mycelium_jobs;

-- graphile-worker's own list of what it has set up. Where it is missing it would try to make the schema, which takes
-- a right over the whole database.
CREATE TABLE migrations (
  id integer PRIMARY KEY,
  ts timestamptz NOT NULL DEFAULT now(),
  breaking boolean NOT NULL DEFAULT false
);
ALTER TABLE migrations OWNER TO mycelium_jobs;

-- What a job's finished steps have answered, so that a second attempt goes on where the first broke off.
CREATE TABLE steps (
  job_id bigint NOT NULL,
  name text NOT NULL,
  result jsonb,
  saved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, name)
);
ALTER TABLE steps OWNER TO mycelium_jobs;

-- Which process a pool of workers belongs to: one whose advisory lock nobody holds has died.
CREATE TABLE pools (
  pool_id text PRIMARY KEY,
  lock_key bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE pools OWNER TO mycelium_jobs;

-- A subgraph adds jobs of its own name in its own transaction, for the tenant of that transaction.
CREATE FUNCTION enqueue(
  task text, payload jsonb, run_at timestamptz, attempts_max integer, key text, queue text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = jobs, pg_temp AS $$
BEGIN
  IF session_user NOT IN ('mycelium_system', 'mycelium_' || split_part(task, '.', 1)) THEN
    RAISE insufficient_privilege USING MESSAGE = format('%s may not add jobs of %s', session_user, task);
  END IF;
  RETURN (jobs.add_job(
    task,
    json_build_object(
      'payload', payload,
      'session', CASE WHEN mycelium.tenant_id() IS NOT NULL THEN jsonb_build_object(
        'tenantId', mycelium.tenant_id(),
        'userId', mycelium.user_id(),
        'requestId', nullif(current_setting('app.request_id', true), '')) END),
    queue, run_at, attempts_max, key)).id;
END $$;
ALTER FUNCTION enqueue OWNER TO mycelium_jobs;
GRANT USAGE ON SCHEMA jobs TO PUBLIC;
