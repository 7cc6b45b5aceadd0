import { list, map, object, oneOf, union } from "../schema/compound.ts";
import { boolean, duration, headerName, headerValue, text, url } from "../schema/scalar.ts";
import type { Report } from "../schema/schema.ts";

const algorithm = oneOf(
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "EdDSA",
);

const jwks = object({
  url: url(["https", "http", "file"]),
  poll_interval: duration().default("60s"),
  issuers: list(text(), { unique: true }).optional(),
  audiences: list(text(), { unique: true }).optional(),
  algorithms: list(algorithm).optional(),
  allow_missing_exp: boolean().default(false),
  headers: list(object({ name: headerName(), value: headerValue() })).default([]),
});

const tokenSource = union(
  object({
    type: oneOf("header"),
    name: headerName().default("authorization"),
    value_prefix: text().default("Bearer"),
  }),
  object({ type: oneOf("cookie"), name: text() }),
);

const jwt = object({
  jwks: list(jwks).describe("Where the keys are that tokens are signed with."),
  header_name: headerName().default("authorization"),
  header_value_prefix: text().default("Bearer"),
  ignore_other_prefixes: boolean().default(false),
  sources: list(tokenSource).default([]).describe("Where else a token may be."),
  on_error: oneOf("Continue", "Error").default("Error").describe("Whether a bad token ends the request."),
}).check(({ headerValuePrefix, sources }, report) => {
  checkPrefix(headerValuePrefix, ["header_value_prefix"], report);
  sources.forEach((source, index) => {
    if (source.type === "header") checkPrefix(source.valuePrefix, ["sources", index, "value_prefix"], report);
  });
});

function checkPrefix(prefix: string, path: readonly (string | number)[], report: Report): void {
  if (/\s/.test(prefix)) report(path, "must not hold white space");
}

const assumeRole = object({ role_arn: text(), session_name: text(), external_id: text().optional() });

const signing = object({
  aws_sig_v4: union(
    object({
      hardcoded: object({
        access_key_id: text(),
        secret_access_key: text(),
        region: text(),
        service_name: text(),
        assume_role: assumeRole.optional(),
      }),
    }),
    object({
      default_chain: object({
        profile_name: text().optional(),
        region: text(),
        service_name: text(),
        assume_role: assumeRole.optional(),
      }),
    }),
  ),
});

export const authenticationSection = object({
  router: object({ jwt }).optional(),
  subgraph: object({ all: signing.optional(), subgraphs: map(signing).default({}) })
    .optional()
    .refused("signed requests to subgraphs", (keys) => {
      return keys?.all !== undefined || Object.keys(keys?.subgraphs ?? {}).length > 0;
    }),
  connector: object({ sources: map(signing).default({}) })
    .optional()
    .refused("connectors", (keys) => Object.keys(keys?.sources ?? {}).length > 0),
}).default({});
