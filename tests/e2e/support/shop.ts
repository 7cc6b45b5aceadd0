import { afterAll, setDefaultTimeout } from "bun:test";
import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { parse } from "graphql";
import { type AnswerCall, Subgraph, type SubgraphOptions } from "./subgraph.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;

export const usersSdl = `${link}
  type Query { me: User version: String }
  type Mutation { rename(name: String!): User }
  type User @key(fields: "id") { id: ID! name: String }`;

export const reviewsSdl = `${link}
  type Query { latest: String }
  type User @key(fields: "id") { id: ID! review: String }`;

export const answerUsers: AnswerCall = ({ query }) =>
  query.includes("version")
    ? Response.json({ data: { version: "1" } })
    : Response.json({
        data: { [query.includes("rename") ? "rename" : "me"]: { __typename: "User", id: "1", name: "Ada" } },
      });

export const answerReviews: AnswerCall = ({ query }) =>
  query.includes("latest")
    ? Response.json({ data: { latest: "good" } })
    : Response.json({ data: { _entities: [{ __typename: "User", review: "good" }] } });

/** The query that needs both subgraphs, one after the other, and what it gives when all is well. */
export const meQuery = "{ me { name review } }";
export const meAnswer = { data: { me: { name: "Ada", review: "good" } } };

/** Processes start slowly on a machine that is busy with others. */
const testTimeoutMs = 20_000;

/** A shop for all tests of a file. */
export function openShop(tls?: SubgraphOptions["tls"]): Shop {
  setDefaultTimeout(testTimeoutMs);
  const shop = new Shop(tls);
  afterAll(() => shop[Symbol.asyncDispose]());
  return shop;
}

/** Two subgraphs: users, and reviews of users. */
export class Shop implements AsyncDisposable {
  readonly users: Subgraph;
  readonly reviews: Subgraph;

  constructor(tls?: SubgraphOptions["tls"]) {
    this.users = new Subgraph({ name: "users", sdl: usersSdl, answer: answerUsers, ...(tls && { tls }) });
    this.reviews = new Subgraph({ name: "reviews", sdl: reviewsSdl, answer: answerReviews });
  }

  /** All is well again, and nothing has been asked. */
  reset(): void {
    this.users.reset(answerUsers);
    this.reviews.reset(answerReviews);
  }

  get supergraph(): string {
    return compose([this.users, this.reviews]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.users[Symbol.asyncDispose](), this.reviews[Symbol.asyncDispose]()]);
  }
}

export function compose(subgraphs: readonly { name: string; sdl: string; url: string }[]): string {
  const result = composeServices(
    subgraphs.map(({ name, sdl, url }) => ({ name, typeDefs: parse(sdl), url })),
  );
  if (compositionHasErrors(result)) throw new Error(result.errors.map(({ message }) => message).join("\n"));
  return result.supergraphSdl;
}
