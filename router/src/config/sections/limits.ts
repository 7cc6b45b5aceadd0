import { map, section } from "../schema/compound.ts";
import { boolean, bytes, integer, integer32 } from "../schema/scalar.ts";

const runtimeLimits = "the runtime's own limits of headers hold";

const routerLimits = section({
  max_depth: integer32().optional().describe("How deeply fields may be nested."),
  max_height: integer32()
    .optional()
    .describe("How many fields an operation may have, each name counted once a level."),
  max_root_fields: integer32().optional(),
  max_aliases: integer32().optional(),
  warn_only: boolean().default(false).describe("Whether the four limits above only log."),
  max_recursive_selections: integer32()
    .default(10_000_000)
    .describe("How many fields and fragments an operation may have, each counted wherever it is spread."),
  introspection_max_depth: boolean()
    .default(true)
    .describe("Whether deeply nested introspection lists are refused."),
  parser_max_recursion: integer().default(500),
  parser_max_tokens: integer().default(15_000).describe("White space counts too."),
  http_max_request_bytes: integer().default(2_000_000),
  http1_max_request_headers: integer()
    .optional()
    .describe("A request with more headers is answered with 431."),
  http1_max_request_buf_size: bytes().optional().ignored(runtimeLimits),
  http2_max_headers_list_bytes: bytes().optional().ignored(runtimeLimits),
});

const answerLimits = section({
  http_max_response_size: bytes().optional().describe("A larger answer is an error, not memory."),
});

export const limitsSection = section({
  router: routerLimits,
  subgraph: section({ all: answerLimits, subgraphs: map(answerLimits).default({}) }),
  connector: section({ all: answerLimits, sources: map(answerLimits).default({}) }).refused(
    "connectors",
    ({ all, sources }) => all.httpMaxResponseSizeBytes !== undefined || Object.keys(sources).length > 0,
  ),
}).to(({ router, subgraph }) => ({ ...router, subgraph }));
