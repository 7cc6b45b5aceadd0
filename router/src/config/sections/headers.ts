import { list, map, object, section, union } from "../schema/compound.ts";
import { boolean, headerName, headerValue, regex, text } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

const propagate = union(
  object({
    named: headerName(),
    rename: headerName().optional(),
    default: headerValue().optional(),
  }).to(({ named, rename, default: value }) => {
    return { kind: "propagateNamed", name: named, rename: rename ?? named, default: value } as const;
  }),
  object({ matching: regex() }).to(({ matching }) => ({ kind: "propagateMatching", matching }) as const),
);

const insert = union(
  object({ name: headerName(), value: headerValue() }).to(({ name, value }) => {
    return { kind: "insertStatic", name, value } as const;
  }),
  object({ name: headerName(), from_context: text() }).to(({ name, fromContext }) => {
    return { kind: "insertFromContext", name, contextKey: fromContext } as const;
  }),
  object({ name: headerName(), path: jsonPath(), default: headerValue().optional() }).to((keys) => {
    return { kind: "insertFromBody", name: keys.name, path: keys.path, default: keys.default } as const;
  }),
);

const remove = union(
  object({ named: headerName() }).to(({ named }) => ({ kind: "removeNamed", name: named }) as const),
  object({ matching: regex() }).to(({ matching }) => ({ kind: "removeMatching", matching }) as const),
);

const operation = union(
  object({ propagate }).to((keys) => keys.propagate),
  object({ insert }).to((keys) => keys.insert),
  object({ remove }).to((keys) => keys.remove),
);

const operations = list(operation).default([]).describe("Applied in this order.");

const masking = object({
  enabled: boolean().default(true),
  replace_defaults: boolean()
    .default(false)
    .describe("Whether the list stands in place of the built-in one."),
  sensitive_headers: list(headerName()).default([]),
})
  .optional()
  .describe("Headers whose values never appear in logs, metrics and traces.");

const location = section({
  request: object({ operations, masking }).optional(),
  response: object({ masking }).optional(),
});

const connectorLocation = object({ request: object({ operations }).optional() });

export const headersSection = section({
  all: location.optional().describe("For every subgraph."),
  subgraphs: map(location).default({}).describe("For one subgraph, after those for all."),
  connector: section({
    all: connectorLocation.optional(),
    sources: map(connectorLocation).default({}),
  }).refused("connectors", ({ all, sources }) => all !== undefined || Object.keys(sources).length > 0),
}).to(({ all, subgraphs }) => ({
  all: resolveLocation(all),
  subgraphs: Object.fromEntries(
    Object.entries(subgraphs).map(([name, keys]) => [name, resolveLocation(keys)]),
  ),
}));

export type HeadersConfig = Infer<typeof headersSection>;
export type HeaderOperation = Infer<typeof operation>;
export type HeaderMasking = Infer<typeof masking>;

export interface MaskedHeaders {
  request: HeaderMasking;
  response: HeaderMasking;
}

function resolveLocation(keys: Infer<typeof location> | undefined) {
  return {
    request: keys?.request?.operations ?? [],
    masking: { request: keys?.request?.masking, response: keys?.response?.masking },
  };
}

/** Only paths of names and indices are taken: what else JSONPath has makes no sense in a header. */
function jsonPath() {
  return text()
    .check((path, report) => {
      if (parseJsonPath(path) === undefined) {
        report([], `"${path}" is not a JSON path of names and indices, such as "$.extensions.user.id"`);
      }
    })
    .to((path) => parseJsonPath(path) ?? []);
}

function parseJsonPath(path: string): (string | number)[] | undefined {
  const fromRoot = path.trim().replace(/^\$/, "");
  const rest = /^[.[]|^$/.test(fromRoot) ? fromRoot : `.${fromRoot}`;
  const steps: (string | number)[] = [];
  const pattern = /\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;
  while (pattern.lastIndex < rest.length) {
    const [, name, index, single, double] = pattern.exec(rest) ?? [];
    const step = index === undefined ? (name ?? single ?? double) : Number(index);
    if (step === undefined) {
      return undefined;
    }
    steps.push(step);
  }
  return steps;
}
