export type { DeadJobs } from "./dead-jobs.ts";
export { enqueue } from "./enqueue.ts";
export type { DeadJob, JobDefinition, JobRun, NewJob } from "./job.ts";
export {
  type Jobs,
  type JobsOptions,
  jobsConnections,
  jobsSchema,
  openDeadJobs,
  prepareJobs,
  startJobs,
} from "./start-jobs.ts";
