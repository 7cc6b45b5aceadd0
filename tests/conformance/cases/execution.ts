import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

const restaurant = (selection: string) => `{ restaurant(id: "1") { ${selection} } }`;

export const execution: Section = {
  name: "execution",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    {
      name: "fields of three subgraphs",
      send: {
        query:
          "{ restaurants(first: 1) { name dishes { name priceCents } } me { name orders { id totalCents } } }",
      },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              {
                name: "Da Enzo",
                dishes: [
                  { name: "Cacio e pepe", priceCents: 1400 },
                  { name: "Amatriciana", priceCents: 1500 },
                ],
              },
            ],
            me: { name: "Ada", orders: [{ id: "100", totalCents: 4300 }] },
          },
        },
      },
    },
    {
      name: "a required field of another subgraph",
      send: { query: restaurant("choice") },
      expect: { status: 200, json: { data: { restaurant: { choice: 0.05 } } } },
    },
    {
      name: "a provided field is not fetched",
      send: { query: "{ orders { guest { name } } }" },
      expect: {
        status: 200,
        json: { data: { orders: [{ guest: { name: "Ada" } }, { guest: { name: "Ben" } }] } },
      },
      check: ({ example, equal }) =>
        equal(
          example.requests.map(({ subgraph }) => subgraph),
          ["orders"],
          "subgraphs",
        ),
    },
    {
      name: "answers keep the order of the query",
      send: { query: "{ b: me { name id } restaurants(first: 1) { id } a: me { id name } }" },
      expect: {
        status: 200,
        json: {
          data: { b: { name: "Ada", id: "1" }, restaurants: [{ id: "1" }], a: { id: "1", name: "Ada" } },
        },
      },
      check: ({ answer, equal }) =>
        equal(Object.keys(answer.json?.data as object), ["b", "restaurants", "a"], "order"),
    },
    {
      name: "fields of one name are merged",
      send: { query: "{ me { id } me { name } ...F } fragment F on Query { me { favourite { name } } }" },
      expect: {
        status: 200,
        json: { data: { me: { id: "1", name: "Ada", favourite: { name: "Cacio e pepe" } } } },
      },
    },
    {
      name: "aliases of one field with other arguments",
      send: { query: '{ a: guest(id: "1") { name } b: guest(id: "2") { name } }' },
      expect: { status: 200, json: { data: { a: { name: "Ada" }, b: { name: "Ben" } } } },
    },
    {
      name: "an interface over one subgraph",
      send: {
        query:
          "{ venues { __typename id name ... on FoodTruck { plate } ... on Restaurant { dishes(first: 1) { name } } } }",
      },
      expect: {
        status: 200,
        json: {
          data: {
            venues: [
              { __typename: "Restaurant", id: "1", name: "Da Enzo", dishes: [{ name: "Cacio e pepe" }] },
              { __typename: "Restaurant", id: "2", name: "Sakana", dishes: [{ name: "Nasu dengaku" }] },
              { __typename: "FoodTruck", id: "t1", name: "Rolling Roti", plate: "RR-1" },
            ],
          },
        },
      },
    },
    {
      name: "a union over two subgraphs",
      send: {
        query:
          '{ search(text: "mole") { __typename ... on Dish { name } ... on Restaurant { name cuisine } } }',
      },
      expect: {
        status: 200,
        json: {
          data: {
            search: [
              { __typename: "Dish", name: "Mole" },
              { __typename: "Restaurant", name: "Casa Luz", cuisine: "MEXICAN" },
            ],
          },
        },
      },
    },
    {
      name: "a field in a fragment on the interface",
      send: { query: "{ venues { ...V } } fragment V on Venue { name }" },
      expect: {
        status: 200,
        json: { data: { venues: [{ name: "Da Enzo" }, { name: "Sakana" }, { name: "Rolling Roti" }] } },
      },
    },
    {
      name: "@skip with a literal",
      send: { query: "{ me { id name @skip(if: true) } }" },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "@include with a variable",
      send: { query: "query($x: Boolean!) { me { id name @include(if: $x) } }", variables: { x: false } },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "@skip and @include on one field",
      send: {
        query: "query($x: Boolean!) { me { id name @include(if: $x) @skip(if: $x) } }",
        variables: { x: true },
      },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "everything skipped",
      send: { query: "{ me @skip(if: true) { id } }" },
      expect: { status: 200, json: { data: {} } },
    },
    {
      name: "everything skipped by a variable",
      send: { query: "query($x: Boolean!) { me @skip(if: $x) { id } }", variables: { x: true } },
      expect: { status: 200, json: { data: {} } },
    },
    {
      name: "a skipped entity fetch is not sent",
      send: {
        query:
          "query($x: Boolean!) { restaurants(first: 1) { id ...F @include(if: $x) } } fragment F on Restaurant { menuNote }",
        variables: { x: false },
      },
      expect: { status: 200, json: { data: { restaurants: [{ id: "1" }] } } },
      check: ({ example, equal }) =>
        equal(
          example.requests.map(({ subgraph }) => subgraph),
          ["restaurants"],
          "subgraphs",
        ),
    },
    {
      name: "@skip with the default of a variable",
      send: { query: "query($x: Boolean = true) { me { id name @skip(if: $x) } }" },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "@skip without a variable's value",
      send: { query: "query($x: Boolean!) { me { id name @skip(if: $x) } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "missing variable `$x`: for required GraphQL type `Boolean!`",
              extensions: { name: "x", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "an entity that nobody has",
      send: { query: '{ guest(id: "99") { id orders { id } } }' },
      expect: { status: 200, json: { data: { guest: null } } },
    },
    {
      name: "an empty list of entities",
      send: { query: "{ restaurants(first: 0) { id dishes { id } } }" },
      expect: { status: 200, json: { data: { restaurants: [] } } },
      check: ({ example, equal }) => equal(example.requests.length, 1, "requests"),
    },
    {
      name: "equal entities are fetched once",
      send: { query: "{ orders { lines { dish { id name } } } a: orders { lines { dish { id name } } } }" },
      expect: { status: 200 },
      check: ({ example, equal }) => {
        const entityFetch = example.requests.find(({ subgraph }) => subgraph === "menus");
        const lists = Object.values(entityFetch?.body?.variables ?? {}).filter(Array.isArray);
        equal(
          new Set(lists.flat().map((item) => JSON.stringify(item))).size,
          lists.flat().length,
          "no representation twice",
        );
      },
    },
    {
      name: "mutations run in order",
      send: {
        query:
          'mutation { a: greet(name: "A") b: addDish(input: { restaurantId: "1", name: "x" }) { name priceCents } c: greet(name: "C") }',
      },
      expect: {
        status: 200,
        json: { data: { a: "Hello A", b: { name: "x", priceCents: 1000 }, c: "Hello C" } },
      },
      check: ({ example, equal }) =>
        equal(
          example.requests.map(({ subgraph }) => subgraph),
          ["guests", "menus", "guests"],
          "order",
        ),
    },
    {
      name: "a failed mutation does not stop the next subgraph's",
      send: { query: 'mutation { cancelOrder(id: "1") { id } greet(name: "A") }' },
      expect: {
        status: 200,
        json: {
          data: null,
          errors: [
            {
              message: "Order 1 cannot be cancelled",
              path: ["cancelOrder"],
              extensions: { service: "orders" },
            },
          ],
          extensions: {
            valueCompletion: [{ message: "Cannot return null for non-nullable type Order", path: [] }],
          },
        },
      },
      check: ({ example, equal }) =>
        equal(
          example.requests.map(({ subgraph }) => subgraph),
          ["orders", "guests"],
          "order",
        ),
    },
    {
      name: "a mutation continues in another subgraph",
      send: {
        query:
          'mutation { addDish(input: { restaurantId: "2", name: "x", diet: VEGAN }) { name diet restaurant { name } } }',
      },
      expect: {
        status: 200,
        json: { data: { addDish: { name: "x", diet: "VEGAN", restaurant: { name: "Sakana" } } } },
      },
    },
    {
      name: "a mutation with an input variable",
      send: {
        query:
          "mutation($input: NewOrder!) { placeOrder(input: $input) { totalCents lines { count dish { name } } } }",
        variables: { input: { guestId: "1", lines: [{ dishId: "10" }, { dishId: "20", count: 2 }] } },
      },
      expect: {
        status: 200,
        json: {
          data: {
            placeOrder: {
              totalCents: 3000,
              lines: [
                { count: 1, dish: { name: "Cacio e pepe" } },
                { count: 2, dish: { name: "Nasu dengaku" } },
              ],
            },
          },
        },
      },
    },
    {
      name: "a mutation that answers null",
      send: { query: 'mutation { renameDish(id: "99", name: "x") { id } }' },
      expect: { status: 200, json: { data: { renameDish: null } } },
    },
    {
      name: "literals reach the subgraph as they are",
      send: {
        query: '{ describe(input: { text: "a\\"b\\n", float: 1, list: [1, 2], near: { latitude: 1.5 } }) }',
      },
      expect: {
        status: 200,
        json: {
          data: {
            describe: '{"float":1,"text":"a\\"b\\n","list":[1,2],"near":{"latitude":1.5,"longitude":0}}',
          },
        },
      },
    },
    {
      name: "a block text",
      send: { query: '{ describe(input: { text: """\n  a\n    "b"\n""" }) }' },
      expect: { status: 200, json: { data: { describe: '{"text":"a\\n  \\"b\\""}' } } },
    },
    {
      name: "numbers beyond 53 bits keep their digits",
      send: { query: '{ restaurant(id: "1") { openedOn } }' },
      faults: {
        restaurants: () =>
          new Response('{"data":{"restaurant":{"openedOn":12345678901234567890}}}', {
            headers: { "content-type": "application/json" },
          }),
      },
      expect: { status: 200, text: '{"data":{"restaurant":{"openedOn":12345678901234567000}}}' },
      differs: {
        why: differences.largeNumbers,
        apollo: { status: 200, text: '{"data":{"restaurant":{"openedOn":12345678901234567890}}}' },
      },
    },
  ],
};
