import { list, object, section } from "../schema/compound.ts";
import { boolean, durationInSeconds, regex, text } from "../schema/scalar.ts";
import type { Infer, Report } from "../schema/schema.ts";

const STUDIO_ORIGIN = "https://studio.apollographql.com";
const METHODS = ["GET", "POST", "OPTIONS"];
const ACCESS_NAME_LENGTH_MAX = 248;

const privateNetworkAccess = object({
  access_id: text().optional().check(checkAccessId),
  access_name: text().optional().check(checkAccessName),
});

const policy = object({
  origins: list(text())
    .default([STUDIO_ORIGIN])
    .check(checkOrigins)
    .describe("Exact origins, without a path."),
  match_origins: list(regex()).default([]).describe("Regular expressions that an origin may match."),
  allow_credentials: boolean().optional().describe("As for all policies where absent."),
  allow_headers: list(text()).default([]).describe("As for all policies where empty."),
  expose_headers: list(text()).default([]).describe("As for all policies where empty."),
  methods: list(text()).optional().describe("As for all policies where absent; an empty list allows none."),
  max_age: durationInSeconds().omittable().describe("As for all policies where absent."),
  private_network_access: privateNetworkAccess.optional(),
});

const corsKeys = section({
  allow_any_origin: boolean().default(false),
  allow_credentials: boolean().default(false),
  allow_headers: list(text()).default([]).describe("Empty mirrors the headers that the browser asks for."),
  methods: list(text()).default(METHODS),
  expose_headers: list(text()).optional(),
  max_age: durationInSeconds().omittable().describe("How long a browser may remember the answer."),
  // Apollo Router's own policy has methods of its own, so that `cors.methods` does not change it.
  policies: list(policy)
    .defaultOrNone([{ methods: METHODS }])
    .describe("The first that knows the origin decides."),
});

type CorsKeys = Infer<typeof corsKeys>;

export const corsSection = corsKeys.check(checkCredentials).to((cors) => ({
  ...cors,
  policies: cors.policies ?? null,
}));

export type CorsConfig = Infer<typeof corsSection>;
export type CorsPolicy = Infer<typeof policy>;

function checkOrigins(origins: readonly string[], report: Report): void {
  origins.forEach((origin, index) => {
    if (origin === "*") {
      report([index], '"*" is not an origin; set cors.allow_any_origin to true instead');
    } else if (origin.endsWith("/") && origin !== "/") {
      report([index], `"${origin}" must not end with "/": no browser sends an origin so`);
    }
  });
}

function checkCredentials(cors: CorsKeys, report: Report): void {
  if (cors.allowCredentials) {
    if (cors.allowAnyOrigin) {
      report(["allow_any_origin"], "cannot be combined with allow_credentials: browsers refuse it");
    }
    reportStars(cors, [], report);
  }
  (cors.policies ?? []).forEach((each, index) => {
    if (each.allowCredentials ?? cors.allowCredentials) {
      reportStars(each, ["policies", index], report);
    }
  });
}

interface StarHolder {
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[] | undefined;
  readonly methods: readonly string[] | undefined;
}

function reportStars(holder: StarHolder, below: readonly (string | number)[], report: Report): void {
  const lists = {
    allow_headers: holder.allowHeaders,
    expose_headers: holder.exposeHeaders,
    methods: holder.methods,
  };
  for (const [key, items] of Object.entries(lists)) {
    if (items?.includes("*")) {
      report([...below, key], '"*" cannot be combined with allow_credentials: browsers refuse it');
    }
  }
}

function checkAccessId(id: string | undefined, report: Report): void {
  if (id !== undefined && !/^[\da-fA-F]{2}(:[\da-fA-F]{2}){5}$/.test(id)) {
    report([], "must be six bytes in hexadecimal with colons between, as in 01:23:45:67:89:0A");
  }
}

function checkAccessName(name: string | undefined, report: Report): void {
  if (name !== undefined && (!/^[a-z0-9_.-]+$/.test(name) || name.length > ACCESS_NAME_LENGTH_MAX)) {
    report([], `must be 1 to ${ACCESS_NAME_LENGTH_MAX} of the characters a-z, 0-9, "_", "-" and "."`);
  }
}
