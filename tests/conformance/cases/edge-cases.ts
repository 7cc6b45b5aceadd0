import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

const query = "{ me { name } }";
const get = { method: "GET", headers: { "apollo-require-preflight": "1" } };
const deferred = "{ me { id ... @defer { name } } }";
const x = { x: false };

export const edgeCases: Section = {
  name: "edge cases",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    {
      name: "a key that is given twice",
      send: { body: `{"query":"{ me { id } }","query":"${query}"}` },
      expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      differs: {
        why: differences.jsonBodies,
        apollo: {
          status: 400,
          json: {
            errors: [
              {
                message: "Invalid GraphQL request",
                code: "INVALID_GRAPHQL_REQUEST",
              },
            ],
          },
        },
      },
    },
    {
      name: "a byte order mark before the body",
      send: { body: `\uFEFF{"query":"${query}"}` },
      expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      differs: {
        why: differences.jsonBodies,
        apollo: {
          status: 400,
          json: {
            errors: [
              {
                message: "Invalid GraphQL request",
                code: "INVALID_GRAPHQL_REQUEST",
              },
            ],
          },
        },
      },
    },
    {
      name: "a byte order mark before the query",
      send: { query: `\uFEFF${query}` },
      expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
    },
    {
      name: "more after the body",
      send: { body: `{"query":"${query}"} x` },
      expect: {
        status: 400,
        json: { errors: [{ message: "Invalid GraphQL request", code: "INVALID_GRAPHQL_REQUEST" }] },
      },
      differs: {
        why: differences.jsonBodies,
        apollo: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
    },
    {
      name: "POST with a query string too",
      send: { path: "/?query=%7Bme%7Bid%7D%7D", query },
      expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
    },
    {
      name: "GET with an empty operation name",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}&operationName=` },
      expect: {
        status: 400,
        json: {
          errors: [
            { message: 'Unknown operation named ""', extensions: { code: "GRAPHQL_UNKNOWN_OPERATION_NAME" } },
          ],
        },
      },
    },
    {
      name: "GET with the query twice",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}&query=%7Bme%7Bid%7D%7D` },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "GET with an unknown parameter",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}&more=1` },
      expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
    },
    {
      name: "GET with variables that are null",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}&variables=null` },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              code: "INVALID_GRAPHQL_REQUEST",
            },
          ],
        },
      },
    },
    {
      name: "GET with empty variables",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}&variables=` },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              code: "INVALID_GRAPHQL_REQUEST",
            },
          ],
        },
      },
    },
    {
      name: "GET with variables that are a list",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}&variables=%5B%5D` },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              code: "INVALID_GRAPHQL_REQUEST",
            },
          ],
        },
      },
    },
    {
      name: "@defer for a client that reads JSON alone",
      send: { query: deferred },
      expect: { status: 200, json: { data: { me: { id: "1", name: "Ada" } } } },
      differs: {
        why: differences.defer,
        apollo: {
          status: 406,
          json: {
            errors: [
              {
                message:
                  "the router received a query with the @defer directive but the client does not accept multipart/mixed HTTP responses. To enable @defer support, add the HTTP header 'Accept: multipart/mixed;deferSpec=20220824'",
                extensions: { code: "DEFER_BAD_HEADER" },
              },
            ],
          },
        },
      },
    },
    {
      name: "@defer for a client that accepts parts",
      send: { query: deferred, headers: { accept: "multipart/mixed;deferSpec=20220824, application/json" } },
      expect: {
        status: 200,
        headers: { "content-type": 'multipart/mixed;boundary="graphql";deferSpec=20220824' },
        // Whether the last part is known to be the last when it is sent is a matter of moments there.
        text: /^\r\n--graphql\r\ncontent-type: application\/json\r\n\r\n\{"data":\{"me":\{"id":"1"\}\},"hasNext":true\}\r\n--graphql\r\ncontent-type: application\/json\r\n\r\n\{"hasNext":(true|false),"incremental":\[\{"data":\{"name":"Ada"\},"path":\["me"\]\}\]\}\r\n--graphql/,
      },
    },
    {
      name: "@defer with a label",
      send: {
        query: '{ me { id ... @defer(label: "later") { name } } }',
        headers: { accept: "multipart/mixed;deferSpec=20220824, application/json" },
      },
      expect: {
        status: 200,
        text: /"incremental":\[\{"label":"later","data":\{"name":"Ada"\},"path":\["me"\]\}\]/,
      },
    },
    {
      name: "@defer(if: false) for a client that accepts parts",
      send: {
        query: "{ me { id ... @defer(if: false) { name } } }",
        headers: { accept: "multipart/mixed;deferSpec=20220824, application/json" },
      },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { id: "1", name: "Ada" } } },
      },
    },
    {
      name: "@defer that is switched off",
      send: { query: "{ me { id ... @defer(if: false) { name } } }" },
      expect: { status: 200, json: { data: { me: { id: "1", name: "Ada" } } } },
    },
    {
      name: "everything skipped below a field",
      send: { query: "{ me { id @skip(if: true) } }" },
      expect: { status: 200, json: { data: { me: {} } } },
    },
    {
      name: "a skipped fragment alone",
      send: { query: "{ ... @skip(if: true) { me { id } } }" },
      expect: { status: 200, json: { data: {} } },
    },
    {
      name: "a skipped spread alone",
      send: { query: "{ ...F @include(if: false) } fragment F on Query { me { id } }" },
      expect: { status: 200, json: { data: {} } },
    },
    {
      name: "a fragment that a variable leaves out",
      send: {
        query: "query($x: Boolean!) { ... @include(if: $x) { me { id } orders { id } } }",
        variables: x,
      },
      expect: { status: 200, json: { data: {} } },
    },
    {
      name: "a field that two fragments ask for, one left out",
      send: {
        query: "query($x: Boolean!) { me { ... @include(if: $x) { name } ... @skip(if: $x) { name id } } }",
        variables: x,
      },
      expect: { status: 200, json: { data: { me: { name: "Ada", id: "1" } } } },
    },
    {
      name: "one field with and without a condition",
      send: { query: "query($x: Boolean!) { me { id name @include(if: $x) name } }", variables: x },
      expect: { status: 200, json: { data: { me: { id: "1", name: "Ada" } } } },
    },
    {
      name: "a condition on an object and one inside",
      send: { query: "query($x: Boolean!) { me @include(if: $x) { id } me { name } }", variables: x },
      expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
    },
    {
      name: "null bubbles through entities of two subgraphs",
      send: { query: '{ dish(id: "10") { name restaurant { name failsRequired } } }' },
      expect: {
        status: 200,
        json: {
          data: { dish: null },
          errors: [
            {
              message: "It failed",
              path: ["dish", "restaurant", "failsRequired"],
              extensions: { service: "restaurants" },
            },
          ],
          extensions: {
            valueCompletion: [
              { message: "Cannot return null for non-nullable type String", path: ["dish", "restaurant"] },
            ],
          },
        },
      },
    },
    {
      name: "null bubbles through a list of entities",
      send: { query: "{ restaurants(first: 1) { name dishes { name restaurant { failsRequired } } } }" },
      expect: {
        status: 200,
        json: {
          data: null,
          errors: [
            {
              message: "It failed",
              path: ["restaurants", 0, "dishes", 0, "restaurant", "failsRequired"],
              extensions: { service: "restaurants" },
            },
            {
              message: "It failed",
              path: ["restaurants", 0, "dishes", 1, "restaurant", "failsRequired"],
              extensions: { service: "restaurants" },
            },
          ],
          extensions: {
            valueCompletion: [
              {
                message: "Cannot return null for non-nullable type String",
                path: ["restaurants", 0, "dishes", 0, "restaurant"],
              },
            ],
          },
        },
      },
    },
    {
      name: "a list inside entities",
      send: { query: "{ orders { id lines { count dish { name restaurant { name } } } } }" },
      expect: {
        status: 200,
        json: {
          data: {
            orders: [
              {
                id: "100",
                lines: [
                  { count: 2, dish: { name: "Cacio e pepe", restaurant: { name: "Da Enzo" } } },
                  { count: 1, dish: { name: "Amatriciana", restaurant: { name: "Da Enzo" } } },
                ],
              },
              {
                id: "101",
                lines: [{ count: 3, dish: { name: "Nasu dengaku", restaurant: { name: "Sakana" } } }],
              },
            ],
          },
        },
      },
    },
    {
      name: "a variable in an entity fetch",
      send: {
        query: "query($n: Int) { restaurants(first: 2) { name dishes(first: $n) { name } } }",
        variables: { n: 1 },
      },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { name: "Da Enzo", dishes: [{ name: "Cacio e pepe" }] },
              { name: "Sakana", dishes: [{ name: "Nasu dengaku" }] },
            ],
          },
        },
      },
    },
    {
      name: "a default in an entity fetch",
      send: { query: "query($n: Int = 1) { restaurants(first: 2) { name dishes(first: $n) { name } } }" },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { name: "Da Enzo", dishes: [{ name: "Cacio e pepe" }] },
              { name: "Sakana", dishes: [{ name: "Nasu dengaku" }] },
            ],
          },
        },
      },
    },
    {
      name: "null in an entity fetch",
      send: {
        query: "query($n: Int) { restaurants(first: 1) { dishes(first: $n) { name } } }",
        variables: { n: null },
      },
      expect: {
        status: 200,
        json: { data: { restaurants: [{ dishes: [{ name: "Cacio e pepe" }, { name: "Amatriciana" }] }] } },
      },
    },
    {
      name: "an alias that is the name of another field",
      send: { query: "{ restaurants(first: 1) { seats: name name: seats choice } }" },
      expect: {
        status: 200,
        json: { data: { restaurants: [{ seats: "Da Enzo", name: 40, choice: 0.05 }] } },
      },
      differs: {
        why: differences.collidingAliases,
        apollo: {
          status: 500,
          json: {
            errors: [{ message: /^value retrieval failed: /, code: "INTERNAL_SERVER_ERROR" }],
          },
        },
      },
    },
    {
      name: "an alias on a key",
      send: { query: "{ restaurants(first: 1) { key: id id: name menuNote } }" },
      expect: {
        status: 200,
        json: { data: { restaurants: [{ key: "1", id: "Da Enzo", menuNote: "Note 1" }] } },
      },
      differs: {
        why: differences.collidingAliases,
        apollo: {
          status: 500,
          json: {
            errors: [{ message: /^value retrieval failed: /, code: "INTERNAL_SERVER_ERROR" }],
          },
        },
      },
    },
    {
      name: "aliases of an entity's fields",
      send: { query: '{ r: restaurant(id: "1") { a: dishes(first: 1) { n: name } b: dishes { n: name } } }' },
      expect: {
        status: 200,
        json: {
          data: { r: { a: [{ n: "Cacio e pepe" }], b: [{ n: "Cacio e pepe" }, { n: "Amatriciana" }] } },
        },
      },
    },
    {
      name: "__typename under an alias in a list",
      send: { query: "{ venues { kind: __typename } }" },
      expect: {
        status: 200,
        json: { data: { venues: [{ kind: "Restaurant" }, { kind: "Restaurant" }, { kind: "FoodTruck" }] } },
      },
    },
    {
      name: "extensions of a subgraph",
      send: { query },
      faults: { guests: () => Response.json({ data: { me: { name: "A" } }, extensions: { cost: 1 } }) },
      expect: { status: 200, json: { data: { me: { name: "A" } } } },
    },
    {
      name: "a subgraph that dies mid-answer",
      send: { query: "{ me { name } restaurants(first: 1) { id } }" },
      faults: { guests: dieMidAnswer },
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: /^HTTP fetch failed from 'guests': /,
              path: [],
              code: "SUBREQUEST_HTTP_ERROR",
            },
          ],
        },
      },
    },
    {
      name: "deep nesting",
      send: { query: "{ me { orders { guest { orders { guest { orders { guest { name } } } } } } } }" },
      expect: {
        status: 200,
        json: {
          data: {
            me: { orders: [{ guest: { orders: [{ guest: { orders: [{ guest: { name: "Ada" } }] } }] } }] },
          },
        },
      },
    },
    {
      name: "a comment and a comma",
      send: { query: "# hello\n{ me, { name,, id } } # bye" },
      expect: { status: 200, json: { data: { me: { name: "Ada", id: "1" } } } },
    },
    {
      name: "a query with carriage returns",
      send: { query: "{\r\n  me {\r\n    nothing\r\n  }\r\n}" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
              locations: [{ line: 2, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Cannot query field "nothing" on type "Guest".',
              locations: [{ line: 3, column: 5 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a fragment on an interface with fields of two subgraphs",
      send: {
        query:
          "{ venues { ...V } } fragment V on Venue { id ... on Restaurant { seats choice } ... on FoodTruck { plate } }",
      },
      expect: {
        status: 200,
        json: {
          data: {
            venues: [
              { id: "1", seats: 40, choice: 0.05 },
              { id: "2", seats: 12, choice: 0.08333333333333333 },
              { id: "t1", plate: "RR-1" },
            ],
          },
        },
      },
    },
    {
      name: "an enum argument by variable",
      send: {
        query: "query($c: Cuisine) { restaurants(filter: { cuisine: $c }) { name } }",
        variables: { c: "MEXICAN" },
      },
      expect: { status: 200, json: { data: { restaurants: [{ name: "Casa Luz" }] } } },
    },
    {
      name: "a number for a list of text by variable",
      send: {
        query: "query($t: [String!]) { restaurants(filter: { tags: $t }) { name } }",
        variables: { t: [1] },
      },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid input value at `$t[0]`: found JSON number for GraphQL type `String!`",
              extensions: { name: "t", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "an object for a scalar by variable",
      send: { query: "query($id: ID!) { guest(id: $id) { name } }", variables: { id: { a: 1 } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$id`: found JSON map for GraphQL type `ID!`",
              extensions: { name: "id", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
  ],
};

function dieMidAnswer(): Response {
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('{"data":{"me":'));
      await Bun.sleep(20);
      // Bun prints any error but this one.
      controller.error(undefined);
    },
  });
  return new Response(body, { headers: { "content-type": "application/json", "content-length": "1000" } });
}
