import { expect, test } from "bun:test";
import { CachedShop } from "./support/cached-shop.ts";
import { shopSdl } from "./support/shop-graph.ts";

/** Root fields are asked for every time, so that only entities are looked at. */
function entitiesOnly(): CachedShop {
  const shop = new CachedShop();
  shop.cacheControl = { all: "max-age=60", products: "no-store", reviews: "no-store" };
  return shop;
}

const author = (fields: string) => `{ product(upc: "p1") { reviews { author { ${fields} } } } }`;
const roots = ["products", "reviews(p1)"];

test("an entity kept with some fields answers for fewer, under any alias, in any operation", async () => {
  using shop = entitiesOnly();
  await shop.ask(author("name email address { street city }"));
  expect(shop.taken()).toEqual([...roots, "users(1,2)"]);
  const { data } = await shop.ask(
    `query Other { product(upc: "p1") { reviews { who: author { mail: email at: address { town: city } } } } }`,
  );
  expect(data).toEqual({
    product: {
      reviews: [
        { who: { mail: "ada@example.com", at: { town: "London" } } },
        { who: { mail: "bob@example.com", at: { town: "Paris" } } },
      ],
    },
  });
  expect(shop.taken()).toEqual(roots);
});

test("fields that two operations brought are put together, each with its own lifetime", async () => {
  using shop = entitiesOnly();
  await shop.ask(author("name"));
  shop.passSeconds(30);
  await shop.ask(author("email"));
  shop.taken();
  expect((await shop.ask(author("email name"))).data).toEqual({
    product: {
      reviews: [
        { author: { email: "ada@example.com", name: "Ada" } },
        { author: { email: "bob@example.com", name: "Bob" } },
      ],
    },
  });
  expect(shop.taken()).toEqual(roots);
  shop.passSeconds(30);
  await shop.ask(author("email"));
  expect(shop.taken()).toEqual(roots);
  await shop.ask(author("name"));
  expect(shop.taken()).toEqual([...roots, "users(1,2)"]);
});

test("what was not asked for is not there", async () => {
  using shop = entitiesOnly();
  await shop.ask(author("name address { street }"));
  shop.taken();
  await shop.ask(author("name address { street city }"));
  expect(shop.taken()).toEqual([...roots, "users(1,2)"]);
});

test("arguments tell fields apart, however they are written", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { users: "max-age=60", products: "max-age=60", reviews: "no-store" };
  const price = (text: string, variables?: Record<string, unknown>) =>
    shop.ask(
      `query Q${variables ? "($c: String)" : ""} { user(id: "1") { reviews { product { ${text} } } } }`,
      variables ? { variables } : {},
    );
  const asked = ["reviews(1)", "products(p1,p3)"];
  await price('price(currency: "USD")');
  expect(shop.taken()).toEqual(["users", ...asked]);
  await price("other: price(currency: $c)", { c: "USD" });
  expect(shop.taken()).toEqual(["reviews(1)"]);
  const { data } = await price("price(currency: $c)", { c: "EUR" });
  expect(data).toEqual({ user: { reviews: [{ product: { price: 10 } }, { product: { price: 30 } }] } });
  expect(shop.taken()).toEqual(asked);
});

test("a field with @requires holds for the values that it was computed from", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { products: "no-store", stock: "max-age=60" };
  const query = '{ product(upc: "p1") { delivery inStock } }';
  expect((await shop.ask(query)).data).toEqual({ product: { delivery: 10, inStock: true } });
  await shop.ask(query);
  expect(shop.taken()).toEqual(["products", "stock(p1)", "products"]);
  shop.data.products.p1!.weight = 500;
  expect((await shop.ask(query)).data).toEqual({ product: { delivery: 50, inStock: true } });
  expect(shop.taken()).toEqual(["products", "stock(p1)"]);
  // What does not hang on the weight is still known.
  shop.data.products.p1!.weight = 600;
  await shop.ask('{ product(upc: "p1") { inStock } }');
  expect(shop.taken()).toEqual(["products"]);
});

test("objects of several types are read by their types", async () => {
  using shop = new CachedShop();
  shop.cacheControl = { users: "max-age=60", products: "max-age=60", reviews: "no-store" };
  const media = (text: string) => `{ user(id: "1") { reviews { product { media { ${text} } } } } }`;
  await shop.ask(media("__typename url ... on Image { width } ... on Video { seconds }"));
  shop.taken();
  const { data } = await shop.ask(media("__typename ... on Video { s: seconds }"));
  const expected = [{ __typename: "Image" }, { __typename: "Video", s: 0 }];
  expect(
    (data as { user: { reviews: { product: { media: unknown } }[] } }).user.reviews[0]!.product.media,
  ).toEqual(expected);
  expect(shop.taken()).toEqual(["reviews(1)"]);
});

test("it survives a reload that leaves its fields alone, and none that changes them", async () => {
  using shop = entitiesOnly();
  await shop.ask(author("name email"));
  const longer = {
    ...shopSdl,
    users: shopSdl.users.replace("email: String ", "email: String phone: String "),
  };
  shop.reload(undefined, longer);
  shop.taken();
  await shop.ask(author("name"));
  expect(shop.taken()).toEqual(roots);
  const other = { ...longer, users: longer.users.replace("name: String ", "name: ID ") };
  shop.reload(undefined, other);
  await shop.ask(author("email"));
  expect(shop.taken()).toEqual(roots);
  await shop.ask(author("name"));
  expect(shop.taken()).toEqual([...roots, "users(1,2)"]);
});

test("@skip and @include leave out what they say", async () => {
  using shop = entitiesOnly();
  const query = `query Q($more: Boolean!) { product(upc: "p1") { reviews { author { name email @include(if: $more) } } } }`;
  await shop.ask(query, { variables: { more: true } });
  shop.taken();
  const { data } = await shop.ask(query, { variables: { more: false } });
  expect(data).toEqual({ product: { reviews: [{ author: { name: "Ada" } }, { author: { name: "Bob" } }] } });
  expect(shop.taken()).toEqual(roots);
});
