import { list, map, object, oneOf, section, union } from "../../schema/compound.ts";
import {
  boolean,
  duration,
  headerName,
  integer,
  number,
  regex,
  text,
  textParsed,
} from "../../schema/scalar.ts";
import type { Infer, Report } from "../../schema/schema.ts";
import { type AddressRange, parseAddressRange } from "../shared/address-range.ts";
import { redisConnection } from "../shared/redis.ts";

const addressRange = textParsed<AddressRange, "">({
  unit: "",
  expected: "a range of addresses such as 10.0.0.0/8",
  parse: (raw) => {
    const range = parseAddressRange(raw);
    return range
      ? { kind: "parsed", value: range }
      : { kind: "bad", reason: "is not a range of addresses; write for example 10.0.0.0/8 or fd00::/8" };
  },
});

const keyPart = union(
  oneOf("ip", "user", "tenant", "api_key", "operation_name"),
  object({ header: headerName() }),
  object({ claim: text().describe("The path of a claim, such as org.id.") }),
);

const condition = section({
  operation_name: list(text()).optional(),
  operation_kind: list(oneOf("query", "mutation", "subscription")).optional(),
  header: object({ name: headerName(), matches: regex() }).optional(),
  claim: object({ path: text(), is: list(union(text(), number(), boolean())) }).optional(),
});

const rule = object({
  name: text()
    .check((name, report) => {
      if (!/^[\w.-]{1,64}$/.test(name)) report([], "may have letters, digits, dots, dashes and underscores");
    })
    .describe("In headers, metrics and logs; what was counted stays with the name over a reload."),
  key: list(keyPart).default([]).describe("What is counted by itself; together, where there are several."),
  limit: integer({ min: 1 }),
  per: oneOf("second", "minute", "hour", "day"),
  plans: map(integer({ min: 1 }))
    .default({})
    .describe("The limit for callers whose tenant has this plan."),
  weight: oneOf("request", "cost")
    .default("request")
    .describe("Whether each request counts as one, or as what its operation is estimated to cost."),
  when: condition.describe("Which requests are counted; all of it must hold."),
  when_missing: oneOf("share", "skip")
    .default("share")
    .describe("Whether requests without a part of the key share one count, or are not counted."),
});

const redis = object({
  ...redisConnection,
  timeout: duration().default("100ms"),
  pool_size: integer({ min: 1, max: 64 }).default(1),
});

export const rateLimitSection = object({
  enabled: boolean().default(true),
  mode: oneOf("enforce", "observe")
    .default("enforce")
    .describe("Whether requests are refused, or only counted."),
  trusted_proxies: list(addressRange)
    .default([])
    .describe("Whose X-Forwarded-For is believed. Everybody else is known by the address of the connection."),
  ipv6_prefix: integer({ min: 32, max: 128 })
    .default(64)
    .describe(
      "How much of an IPv6 address is one client: whoever has one address usually has all of its /64.",
    ),
  keys_max: integer({ min: 1_000 })
    .default(100_000)
    .describe("Counts kept in memory. More keys than that share counts."),
  redis: redis.optional().describe("Counts that several routers or workers share."),
  on_redis_failure: oneOf("open", "closed")
    .default("open")
    .describe("Whether requests pass or are refused with 503 while Redis cannot count them."),
  rules: list(rule, { itemsMin: 1, itemsMax: 64 }).check(checkNames),
}).omittable();

function checkNames(rules: readonly { readonly name: string }[], report: Report): void {
  rules.forEach(({ name }, index) => {
    const first = rules.findIndex((other) => other.name === name);
    if (first < index) report([index, "name"], `"${name}" is the name of another rule`);
  });
}

export type RateLimitConfig = NonNullable<Infer<typeof rateLimitSection>>;
export type RateLimitRule = RateLimitConfig["rules"][number];
