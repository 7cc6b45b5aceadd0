import { afterAll, afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { type AnswerStage, TestCoprocessor } from "../support/coprocessor.ts";
import { type GraphqlAnswer, startRouter } from "./support/router-process.ts";
import { compose } from "./support/shop.ts";
import { Subgraph } from "./support/subgraph.ts";

setDefaultTimeout(20_000);

const secrets = new Subgraph({
  name: "secrets",
  sdl: `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@authenticated", "@requiresScopes", "@policy"])
    type Query {
      open: Int
      known: Int @authenticated
      scoped: Int @requiresScopes(scopes: [["read:secret"]])
      guarded: Int @policy(policies: [["adult"]])
    }`,
  answer: () => Response.json({ data: { open: 1, known: 2, scoped: 3, guarded: 4 } }),
});
const coprocessor = new TestCoprocessor();
afterEach(() => {
  coprocessor.answers({});
  secrets.calls.length = 0;
});
afterAll(async () => {
  await secrets[Symbol.asyncDispose]();
  await coprocessor[Symbol.asyncDispose]();
});

const yaml = `
authorization: { directives: { enabled: true } }
coprocessor:
  url: ${coprocessor.url}
  timeout: 10s
  router: { request: { headers: true, context: all } }
  supergraph: { request: { context: all } }
`;
const query = "{ open known scoped guarded }";
const claimsKey = "apollo::authentication::jwt_claims";
const policiesKey = "apollo::authorization::required_policies";

const vouch = (claims: object): Record<string, AnswerStage> => ({
  RouterRequest: (payload) => ({ ...payload, context: { entries: { [claimsKey]: claims } } }),
});

test("claims that a coprocessor writes down open what they allow, and no more", async () => {
  await using router = await startRouter({ supergraph: compose([secrets]), yaml });
  const data = async () => ((await router.query(query)) as GraphqlAnswer).data;
  expect(await data()).toEqual({ open: 1, known: null, scoped: null, guarded: null });
  coprocessor.answers(vouch({ sub: "ada" }));
  expect(await data()).toEqual({ open: 1, known: 2, scoped: null, guarded: null });
  coprocessor.answers(vouch({ sub: "eve", scope: "read:secret" }));
  expect(await data()).toEqual({ open: 1, known: 2, scoped: 3, guarded: null });
  coprocessor.answers({});
  expect(await data()).toEqual({ open: 1, known: null, scoped: null, guarded: null });
  expect(secrets.calls.map((call) => call.query.match(/open|known|scoped|guarded/g)!.length)).toEqual([
    1, 2, 3, 1,
  ]);
});

test("policies are asked of it by name, and hold only if it says so", async () => {
  await using router = await startRouter({ supergraph: compose([secrets]), yaml });
  const answerPolicy = (verdict: boolean | null) =>
    coprocessor.answers({
      SupergraphRequest: (payload) => ({
        ...payload,
        context: { entries: { ...payload.context!.entries, [policiesKey]: { adult: verdict } } },
      }),
    });
  const guarded = async () =>
    ((await router.query("{ open guarded }")) as { data: { guarded: number | null } }).data.guarded;
  answerPolicy(true);
  expect(await guarded()).toBe(4);
  expect(coprocessor.told("SupergraphRequest")[0]!.context!.entries[policiesKey]).toEqual({ adult: null });
  answerPolicy(false);
  expect(await guarded()).toBeNull();
  answerPolicy(null);
  expect(await guarded()).toBeNull();
});
