import { Random } from "../../differential/random.ts";
import { bearer, type TokenIssuer } from "../../e2e/support/token-issuer.ts";
import { CachedShop, type RouterAnswer, type ShopCall } from "./cached-shop.ts";
import { randomQuery } from "./random-query.ts";
import { type ShopData, type ShopSubgraph, shopData } from "./shop-graph.ts";

/** Marks that a subgraph fills in for each request: its tenant, its language, its user. */
const marks = { tenant: "@@", language: "%%", user: "$$" };

const tenants = ["acme", "globex", undefined];
const users = ["ada", "bob", undefined];
const languages = ["de", "fr"];

interface Asker {
  tenant: string | undefined;
  user: string | undefined;
  language: string;
}

export interface Difference {
  seed: number;
  step: number;
  query: string;
  asker: Asker;
  cached: unknown;
  truth: unknown;
}

/**
 * A shop with a cache beside one without, over the same data. Data changes together with what invalidates it, and
 * with nothing else, so at each step both must answer the same: the model is the router without a cache.
 */
export class RandomShop implements Disposable {
  private readonly random: Random;
  private readonly cached: CachedShop;
  private readonly truth: CachedShop;
  private readonly data: ShopData = markedData();
  /** What is asked again and again, so that there is something to be hit. */
  private readonly favourites: readonly string[];
  private changes = 0;

  private constructor(
    readonly seed: number,
    private readonly tokens: ReadonlyMap<string, string>,
    issuer: TokenIssuer,
  ) {
    this.random = new Random(seed);
    this.favourites = Array.from({ length: 8 }, () => randomQuery(this.random));
    const common = `authentication: { router: { jwt: { jwks: [{ url: "${issuer.url}" }] } } }
headers: { all: { request: [{ propagate: { matching: "^x-" } }] } }`;
    const mode = this.random.chance(0.3) ? "traffic_shaping: { all: { deduplicate_query: true } }" : "";
    this.cached = new CachedShop(
      `response_cache: { enabled: true, subgraph: { all: { ttl: 30s } } }
plugins: { mycelium.cache: { private_id: { claim: sub }, memory: ${this.random.pick(["64KiB", "1MiB"])} } }
${common}\n${mode}`,
      { data: this.data },
    );
    this.truth = new CachedShop(common, { data: this.data });
    for (const shop of [this.cached, this.truth]) shop.alter = fillIn;
  }

  static async open(seed: number, issuer: TokenIssuer): Promise<RandomShop> {
    const tokens = new Map<string, string>();
    for (const tenant of tenants) {
      for (const user of users) {
        if (user === undefined) continue;
        tokens.set(
          `${tenant} ${user}`,
          await issuer.sign({ sub: user, ...(tenant && { tenant_id: tenant }) }),
        );
      }
    }
    const shop = new RandomShop(seed, tokens, issuer);
    await Promise.all([shop.cached.router.ready, shop.truth.router.ready]);
    return shop;
  }

  async run(steps: number): Promise<Difference | undefined> {
    for (let step = 0; step < steps; step++) {
      const action = this.random.fraction();
      if (action < 0.12) await this.change();
      else if (action < 0.2) this.cached.passSeconds(this.random.between(1, 40));
      else if (action < 0.3) this.setPolicies();
      const difference = await this.compare(step);
      if (difference) return difference;
    }
    return undefined;
  }

  /** Of all entities and root fetches that were wanted. */
  get counts(): { hits: number; misses: number } {
    const counts = { hits: 0, misses: 0 };
    for (const section of this.cached.memory.store.allSections()) {
      counts.hits += section.counts.hits;
      counts.misses += section.counts.misses;
    }
    return counts;
  }

  [Symbol.dispose](): void {
    this.cached[Symbol.dispose]();
    this.truth[Symbol.dispose]();
  }

  private async compare(step: number): Promise<Difference | undefined> {
    const asks = Array.from({ length: this.random.chance(0.3) ? this.random.between(2, 4) : 1 }, () => ({
      query: this.random.chance(0.7) ? this.random.pick(this.favourites) : randomQuery(this.random),
      asker: this.randomAsker(),
    }));
    const isBroken = this.random.chance(0.06) ? this.random.pick(subgraphs) : undefined;
    this.cached.alter = isBroken ? breaking(isBroken) : fillIn;
    const answers = await Promise.all(asks.map(({ query, asker }) => this.ask(this.cached, query, asker)));
    this.cached.taken();
    this.cached.alter = fillIn;
    if (isBroken) return undefined;
    for (const [at, { query, asker }] of asks.entries()) {
      const truth = await this.ask(this.truth, query, asker);
      this.truth.taken();
      const cached = { data: answers[at]!.data, errors: answers[at]!.errors };
      const expected = { data: truth.data, errors: truth.errors };
      if (!Bun.deepEquals(cached, expected))
        return { seed: this.seed, step, query, asker, cached, truth: expected };
    }
    return undefined;
  }

  private ask(shop: CachedShop, query: string, { tenant, user, language }: Asker): Promise<RouterAnswer> {
    const token = this.tokens.get(`${tenant} ${user}`);
    return shop.ask(query, {
      headers: {
        "x-language": language,
        // Tenants come from tokens only: who brings none belongs to none.
        ...(token !== undefined && { ...bearer(token), "x-user": user! }),
        ...(token !== undefined && tenant !== undefined && { "x-tenant": tenant }),
      },
    });
  }

  private randomAsker(): Asker {
    const user = this.random.pick(users);
    return {
      user,
      tenant: user === undefined ? undefined : this.random.pick(tenants),
      language: this.random.pick(languages),
    };
  }

  private setPolicies(): void {
    const policies = ["max-age=5", "max-age=30", "public", "private, max-age=30", "s-maxage=9", "max-age=60"];
    const chosen = subgraphs.map((name) => [
      name,
      this.random.chance(0.1) ? this.random.pick(["", "no-store"]) : this.random.pick(policies),
    ]);
    this.cached.cacheControl = Object.fromEntries(chosen);
  }

  /** Changes something, and says so in one of the ways in which it can be said. */
  private async change(): Promise<void> {
    const { data, random } = this;
    const text = `@@ %% changed ${this.changes++}`;
    const { id } = random.pick(Object.values(data.users));
    const { upc } = random.pick(Object.values(data.products));
    const cache = this.cached.router.pipeline.entityCache!;
    const subgraph = (name: string) => [{ kind: "subgraph" as const, subgraph: name }];
    const types = (name: string, ...all: string[]) =>
      all.map((type) => ({ kind: "type" as const, subgraph: name, type }));
    const key = (type: string, fields: object) =>
      `{"__typename":"${type}",${JSON.stringify(fields).slice(1)}`;
    const entity = (name: string, type: string, fields: object) => [
      { kind: "entity" as const, subgraph: name, type, key: key(type, fields) },
    ];
    switch (random.between(0, 5)) {
      case 0:
        data.users[id]!.name = text;
        await cache.invalidate(
          random.pick([
            subgraph("users"),
            [...entity("users", "User", { id }), ...types("users", "Query")],
            types("users", "User", "Query"),
          ]),
        );
        return;
      case 1:
        data.products[upc]!.name = text;
        await cache.invalidate(
          random.pick([
            subgraph("products"),
            [...entity("products", "Product", { upc }), ...types("products", "Query")],
          ]),
        );
        return;
      case 2:
        data.inStock[upc] = !data.inStock[upc];
        await cache.invalidate(
          random.pick([subgraph("stock"), types("stock", "Product"), entity("stock", "Product", { upc })]),
        );
        return;
      case 3:
        random.pick(data.reviews).body = text;
        await cache.invalidate(random.pick([subgraph("reviews"), types("reviews", "Product", "User")]));
        return;
      default:
        // What stock says of it hangs on the weight, and on nothing that would have to be invalidated there.
        data.products[upc]!.weight = random.between(1, 9) * 100;
        await cache.invalidate(subgraph("products"));
    }
  }
}

const subgraphs: readonly ShopSubgraph[] = ["users", "products", "stock", "reviews"];

function markedData(): ShopData {
  const data = shopData();
  for (const user of Object.values(data.users)) {
    user.name = `@@ ${user.name}`;
    user.email = `$$ @@ ${user.email}`;
  }
  for (const product of Object.values(data.products)) product.name = `@@ %% ${product.name}`;
  for (const review of data.reviews) review.body = `@@ ${review.body}`;
  return data;
}

/** Subgraphs that hang on the request say so. */
function fillIn({ headers: sent }: ShopCall, answer: unknown, headers: Headers): Response {
  const text = JSON.stringify(answer);
  const policy = headers.get("cache-control");
  if (text.includes(marks.user) && policy !== null) headers.set("cache-control", `private, ${policy}`);
  headers.set("vary", "x-language");
  const filled = text
    .replaceAll(marks.tenant, sent.get("x-tenant") ?? "none")
    .replaceAll(marks.language, sent.get("x-language") ?? "none")
    .replaceAll(marks.user, sent.get("x-user") ?? "nobody");
  return new Response(filled, { headers });
}

function breaking(subgraph: ShopSubgraph): CachedShop["alter"] {
  return (call, answer, headers) =>
    call.subgraph === subgraph ? new Response("", { status: 503 }) : fillIn(call, answer, headers);
}
