import { expect, test } from "bun:test";
import { federated, planAndRun, shape } from "./plan-world.ts";

const paper = federated({
  reviews: `
    type Query {
      top: [Review] @provides(fields: "author { name home { city } }")
      feed: [Post] @provides(fields: "... on Article { title }")
      found: [Found] @provides(fields: "... on Article { words }")
      reviews: [Review]
    }
    type Review @key(fields: "id") { id: ID! author: User }
    type User @key(fields: "id") { id: ID! name: String @external home: Home @external }
    type Home { city: String @external }
    interface Post { id: ID! title: String }
    type Article implements Post @key(fields: "id") { id: ID! title: String @external words: Int @external }
    type Gallery implements Post @key(fields: "id") { id: ID! title: String @external }
    union Found = Article | User
  `,
  users: `
    type User @key(fields: "id") { id: ID! name: String @shareable home: Home @shareable }
    type Home @shareable { city: String street: String }
  `,
  posts: `
    type Article @key(fields: "id") { id: ID! title: String @shareable words: Int @shareable }
    type Gallery @key(fields: "id") { id: ID! title: String @shareable }
  `,
});

test.each([
  ["nested: no fetch for what is provided below", "{ top { author { name home { city } } } }", "reviews"],
  ["nested: the rest is fetched", "{ top { author { name home { street } } } }", "(reviews > users)"],
  ["not by the same field elsewhere", "{ reviews { author { name } } }", "(reviews > users)"],
  ["through an interface, for one of its objects", "{ feed { ... on Article { title } } }", "reviews"],
  ["through an interface, not for the others", "{ feed { title } }", "(reviews > posts)"],
  ["through a union", "{ found { ... on Article { id words } ... on User { id } } }", "reviews"],
])("what a field provides: %s", async (_, query, expectedShape) => {
  const { plan, data, expected, errors } = await planAndRun(paper, query);
  expect(shape(plan.node)).toBe(expectedShape);
  expect(data).toEqual(expected);
  expect(errors).toEqual([]);
});
