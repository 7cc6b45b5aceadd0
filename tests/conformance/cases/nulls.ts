import type { Fault } from "../../../example/serve.ts";
import type { Section } from "../harness/case.ts";

const answers =
  (data: unknown): Fault =>
  () =>
    Response.json({ data });

export const nulls: Section = {
  name: "nulls",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    {
      name: "null for a required field",
      send: { query: "{ me { id name } }" },
      faults: { guests: answers({ me: { id: "1", name: null } }) },
      expect: {
        status: 200,
        json: {
          data: { me: null },
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type String", path: ["me", "name"] },
            ],
          },
        },
      },
    },
    {
      name: "null bubbles out of a list of required items",
      send: { query: "{ restaurants { name } me { id } }" },
      faults: { restaurants: answers({ restaurants: [{ name: "a" }, { name: null }] }) },
      expect: {
        status: 200,
        json: {
          data: null,
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type String", path: ["restaurants", 1, "name"] },
            ],
          },
        },
      },
    },
    {
      name: "null stays in a list of nullable items",
      send: { query: "{ guests { name } }" },
      faults: { guests: answers({ guests: [{ name: "a" }, { name: null }] }) },
      expect: {
        status: 200,
        json: {
          data: { guests: [{ name: "a" }, null] },
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type String", path: ["guests", 1, "name"] },
            ],
          },
        },
      },
    },
    {
      name: "null bubbles to the root",
      send: { query: "{ orders { id } }" },
      faults: { orders: answers({ orders: null }) },
      expect: {
        status: 200,
        json: {
          data: null,
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type [Order!]", path: ["orders"] },
            ],
          },
        },
      },
    },
    {
      name: "a field that is missing",
      send: { query: "{ me { id email } }" },
      faults: { guests: answers({ me: { id: "1" } }) },
      expect: { status: 200, json: { data: { me: { id: "1", email: null } } } },
    },
    {
      name: "a required field that is missing",
      send: { query: "{ me { id name } }" },
      faults: { guests: answers({ me: { id: "1" } }) },
      expect: {
        status: 200,
        json: {
          data: { me: null },
          extensions: {
            valueCompletion: [{ message: "Cannot return null for non-nullable type String", path: ["me"] }],
          },
        },
      },
    },
    {
      name: "an object for a String",
      send: { query: "{ me { id email } }" },
      faults: { guests: answers({ me: { id: "1", email: {} } }) },
      expect: { status: 200, json: { data: { me: { id: "1", email: null } } } },
    },
    {
      name: "a number for a String",
      send: { query: "{ me { id email } }" },
      faults: { guests: answers({ me: { id: "1", email: 7 } }) },
      expect: { status: 200, json: { data: { me: { id: "1", email: null } } } },
    },
    {
      name: "a number for an ID",
      send: { query: "{ me { id } }" },
      faults: { guests: answers({ me: { id: 7 } }) },
      expect: { status: 200, json: { data: { me: { id: 7 } } } },
    },
    {
      name: "a text for an Int",
      send: { query: '{ dish(id: "10") { id priceCents } }' },
      faults: { menus: answers({ dish: { id: "10", priceCents: "1400" } }) },
      expect: {
        status: 200,
        json: {
          data: { dish: null },
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type Int", path: ["dish", "priceCents"] },
            ],
          },
        },
      },
    },
    {
      name: "a fraction for an Int",
      send: { query: '{ dish(id: "10") { id priceCents } }' },
      faults: { menus: answers({ dish: { id: "10", priceCents: 1.5 } }) },
      expect: {
        status: 200,
        json: {
          data: { dish: null },
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type Int", path: ["dish", "priceCents"] },
            ],
          },
        },
      },
    },
    {
      name: "a whole number for a Float",
      send: { query: '{ restaurant(id: "1") { rating } }' },
      faults: { restaurants: answers({ restaurant: { rating: 4 } }) },
      expect: { status: 200, json: { data: { restaurant: { rating: 4 } } } },
    },
    {
      name: "a text for a Float",
      send: { query: '{ restaurant(id: "1") { rating } }' },
      faults: { restaurants: answers({ restaurant: { rating: "4" } }) },
      expect: { status: 200, json: { data: { restaurant: { rating: null } } } },
    },
    {
      name: "an unknown enum value",
      send: { query: '{ dish(id: "10") { id diet } }' },
      faults: { menus: answers({ dish: { id: "10", diet: "RAW" } }) },
      expect: { status: 200, json: { data: { dish: { id: "10", diet: null } } } },
    },
    {
      name: "an unknown value of a required enum",
      send: { query: '{ restaurant(id: "1") { cuisine } }' },
      faults: { restaurants: answers({ restaurant: { cuisine: "FRENCH" } }) },
      expect: {
        status: 200,
        json: {
          data: { restaurant: null },
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type Cuisine", path: ["restaurant", "cuisine"] },
            ],
          },
        },
      },
    },
    {
      name: "anything for a custom scalar",
      send: { query: '{ restaurant(id: "1") { openedOn } }' },
      faults: { restaurants: answers({ restaurant: { openedOn: { day: [1] } } }) },
      expect: { status: 200, json: { data: { restaurant: { openedOn: { day: [1] } } } } },
    },
    {
      name: "an object for a list",
      send: { query: "{ guests { id } }" },
      faults: { guests: answers({ guests: { id: "1" } }) },
      expect: {
        status: 200,
        json: {
          data: null,
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type [Guest]", path: ["guests"] },
            ],
          },
        },
      },
    },
    {
      name: "a list for an object",
      send: { query: "{ me { id } }" },
      faults: { guests: answers({ me: [{ id: "1" }] }) },
      expect: { status: 200, json: { data: { me: null } } },
    },
    {
      name: "a text for an object",
      send: { query: "{ me { id } }" },
      faults: { guests: answers({ me: "x" }) },
      expect: { status: 200, json: { data: { me: null } } },
    },
    {
      name: "an unknown __typename",
      send: { query: "{ venues { __typename id } }" },
      faults: { restaurants: answers({ venues: [{ __typename: "Castle", id: "1" }] }) },
      expect: {
        status: 200,
        json: {
          data: null,
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type Venue", path: ["venues", 0] },
            ],
          },
        },
      },
    },
    {
      name: "more fields than asked for",
      send: { query: "{ me { id } }" },
      faults: { guests: answers({ me: { id: "1", secret: 1 }, more: 2 }) },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "an entity that is not there",
      send: { query: '{ restaurant(id: "1") { name menuNote } }' },
      faults: { menus: answers({ _entities: [null] }) },
      expect: { status: 200, json: { data: { restaurant: { name: "Da Enzo", menuNote: null } } } },
    },
    {
      name: "fewer entities than asked for",
      send: { query: "{ restaurants { name menuNote } }" },
      faults: { menus: answers({ _entities: [{ menuNote: "a" }] }) },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { name: "Da Enzo", menuNote: "a" },
              { name: "Sakana", menuNote: null },
              { name: "Casa Luz", menuNote: null },
            ],
          },
        },
      },
    },
    {
      name: "a required field of an entity that is not there",
      send: { query: '{ restaurant(id: "1") { name dishes { id } } }' },
      faults: { menus: answers({ _entities: [null] }) },
      expect: {
        status: 200,
        json: {
          data: { restaurant: null },
          extensions: {
            valueCompletion: [
              { message: "Cannot return null for non-nullable type Dish", path: ["restaurant"] },
            ],
          },
        },
      },
    },
    {
      name: "an entity without its key",
      send: { query: '{ restaurant(id: "1") { name menuNote } }' },
      faults: { restaurants: answers({ restaurant: { __typename: "Restaurant", name: "a" } }) },
      expect: { status: 200, json: { data: { restaurant: { name: "a", menuNote: null } } } },
    },
  ],
};

export const nullsWithErrors: Section = {
  name: "nulls with errors",
  yaml: "include_subgraph_errors: { all: true }\nsupergraph: { enable_result_coercion_errors: true }",
  cases: [
    {
      name: "null for a required field",
      send: { query: "{ me { id name } }" },
      faults: { guests: answers({ me: { id: "1", name: null } }) },
      expect: {
        status: 200,
        json: {
          data: { me: null },
          errors: [
            {
              message: "Null value found for non-nullable type String",
              path: ["me", "name"],
              extensions: { code: "RESPONSE_VALIDATION_FAILED" },
            },
          ],
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type String", path: ["me", "name"] },
            ],
          },
        },
      },
    },
    {
      name: "a text for an Int",
      send: { query: '{ dish(id: "10") { id priceCents } }' },
      faults: { menus: answers({ dish: { id: "10", priceCents: "1400" } }) },
      expect: {
        status: 200,
        json: {
          data: { dish: null },
          errors: [
            {
              message: "Invalid value found for the type Int",
              path: ["dish", "priceCents"],
              extensions: { code: "RESPONSE_VALIDATION_FAILED" },
            },
          ],
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type Int", path: ["dish", "priceCents"] },
            ],
          },
        },
      },
    },
    {
      name: "an unknown enum value",
      send: { query: '{ dish(id: "10") { id diet } }' },
      faults: { menus: answers({ dish: { id: "10", diet: "RAW" } }) },
      expect: { status: 200, json: { data: { dish: { id: "10", diet: null } } } },
    },
    {
      name: "an unknown __typename",
      send: { query: "{ venues { __typename id } }" },
      faults: { restaurants: answers({ venues: [{ __typename: "Castle", id: "1" }] }) },
      expect: {
        status: 200,
        json: {
          data: null,
          errors: [
            {
              message: "Null value found for non-nullable type Venue",
              path: ["venues", 0],
              extensions: { code: "RESPONSE_VALIDATION_FAILED" },
            },
            {
              message: "Invalid value found inside the array of type [Venue!]",
              path: ["venues"],
              extensions: { code: "RESPONSE_VALIDATION_FAILED" },
            },
          ],
          extensions: {
            valueCompletion: [
              { message: "Null value found for non-nullable type Venue", path: ["venues", 0] },
            ],
          },
        },
      },
    },
  ],
};
