import type { Section } from "../harness/case.ts";
import { access, accessForAll } from "./access.ts";
import { apq } from "./apq.ts";
import { compression } from "./compression.ts";
import { configValidate } from "./config-validate.ts";
import { coprocessors } from "./coprocessor.ts";
import { cors } from "./cors.ts";
import { csrf } from "./csrf.ts";
import { defer } from "./defer.ts";
import { edgeCases } from "./edge-cases.ts";
import { execution } from "./execution.ts";
import { faults } from "./faults.ts";
import { batching, demandControl } from "./guards.ts";
import { headers } from "./headers.ts";
import { introspectionOff, introspectionOn } from "./introspection.ts";
import { limits } from "./limits.ts";
import { negotiation } from "./negotiation.ts";
import { nulls, nullsWithErrors } from "./nulls.ts";
import { persistedQueries } from "./persisted-queries.ts";
import { reload, signals } from "./reload.ts";
import { requests } from "./requests.ts";
import { server } from "./server.ts";
import { redaction } from "./subgraph-errors.ts";
import { traffic } from "./traffic.ts";
import { uploads } from "./uploads.ts";
import { validation } from "./validation.ts";
import { variables } from "./variables.ts";

export const sections: readonly Section[] = [
  requests,
  negotiation,
  validation,
  variables,
  introspectionOff,
  introspectionOn,
  execution,
  edgeCases,
  defer,
  nulls,
  nullsWithErrors,
  ...redaction,
  faults,
  ...traffic,
  access,
  accessForAll,
  ...limits,
  batching,
  demandControl,
  ...persistedQueries,
  coprocessors,
  ...cors,
  ...csrf,
  ...apq,
  ...headers,
  ...compression,
  ...uploads,
  ...server,
  reload,
  signals,
  configValidate,
];
