import { afterAll, setDefaultTimeout } from "bun:test";
import { PricesSubgraph, productsSdl } from "./event-subgraph.ts";
import { compose } from "./shop.ts";
import { type AnswerCall, Subgraph } from "./subgraph.ts";

const testTimeoutMs = 20_000;

/** Prices that change, and products that have names: two subgraphs of one graph. */
export class Market implements AsyncDisposable {
  readonly prices = new PricesSubgraph();
  readonly products = new Subgraph({ name: "products", sdl: productsSdl, answer: answerProducts });

  get supergraph(): string {
    return compose([this.prices, this.products]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.prices[Symbol.asyncDispose](), this.products[Symbol.asyncDispose]()]);
  }
}

export function openMarket(): Market {
  setDefaultTimeout(testTimeoutMs);
  const market = new Market();
  afterAll(() => market[Symbol.asyncDispose]());
  return market;
}

export const answerProducts: AnswerCall = ({ query, variables }) => {
  if (!query.includes("_entities"))
    return Response.json({ data: { products: [product("a", "Apple"), product("b", "Bread")] } });
  const representations = variables.representations as { sku: string }[];
  const entities = representations.map(({ sku }) => ({ __typename: "Product", name: `name of ${sku}` }));
  return Response.json({ data: { _entities: entities } });
};

export const passthrough = `subscription: { enabled: true, mode: { passthrough: { all: { protocol: graphql_ws } } } }`;

export const priceQuery = "subscription Prices { priceChanged { sku price name } }";

/** Waits until something holds that a busy machine may need time for. */
export async function until(holds: () => boolean, what = "it"): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error(`${what} did not come about`);
    await Bun.sleep(5);
  }
}

function product(sku: string, name: string) {
  return { __typename: "Product", sku, name };
}
