import type pg from "pg";

export async function runStep<Result>(
  pool: pg.Pool,
  { jobId, name }: { jobId: string; name: string },
  work: (idempotencyKey: string) => Promise<Result>,
): Promise<Result> {
  const saved = await pool.query<{ result: Result }>(
    "SELECT result FROM jobs.steps WHERE job_id = $1 AND name = $2",
    [jobId, name],
  );
  const [row] = saved.rows;
  if (row) return row.result;
  const result = await work(`job-${jobId}-${name}`);
  const text = JSON.stringify(result ?? null);
  await pool.query("INSERT INTO jobs.steps VALUES ($1, $2, $3)", [jobId, name, text]);
  // As a later attempt will be given it: a Date is a text there.
  return JSON.parse(text) as Result;
}

export async function forgetSteps(pool: pg.Pool, jobId: string): Promise<void> {
  await pool.query("DELETE FROM jobs.steps WHERE job_id = $1", [jobId]);
}
