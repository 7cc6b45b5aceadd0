import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

const query = "{ me { name } }";
const get = { method: "GET", headers: { "apollo-require-preflight": "1" } };

export const requests: Section = {
  name: "requests",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    {
      name: "POST with a query",
      send: { query },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "POST with null in every optional field",
      send: { query, variables: null, operationName: null, extensions: null },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "POST with an unknown field in the body",
      send: { body: JSON.stringify({ query, more: 1 }) },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "malformed JSON",
      send: { body: "{" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "an empty body",
      send: { body: "" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "a body that is a JSON text",
      send: { body: '"{ me { name } }"' },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "a body that is a JSON number",
      send: { body: "1" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "a body that is null",
      send: { body: "null" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "an empty object",
      send: { body: "{}" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [{ message: "Must provide query string.", extensions: { code: "MISSING_QUERY_STRING" } }],
        },
      },
    },
    {
      name: "a batch while batching is off",
      send: { body: JSON.stringify([{ query }]) },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              extensions: { details: "batching not enabled", code: "BATCHING_NOT_ENABLED" },
            },
          ],
        },
      },
    },
    {
      name: "an empty batch",
      send: { body: "[]" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              extensions: { details: "batching not enabled", code: "BATCHING_NOT_ENABLED" },
            },
          ],
        },
      },
    },
    {
      name: "a body that is not UTF-8",
      send: { body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]) },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "a query that is a number",
      send: { body: '{"query":1}' },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "a query that is null",
      send: { body: '{"query":null}' },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [{ message: "Must provide query string.", extensions: { code: "MISSING_QUERY_STRING" } }],
        },
      },
    },
    {
      name: "an empty query",
      send: { query: "" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [{ message: "Must provide query string.", extensions: { code: "MISSING_QUERY_STRING" } }],
        },
      },
    },
    {
      name: "a query of white space",
      send: { query: "  " },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [{ message: "Must provide query string.", extensions: { code: "MISSING_QUERY_STRING" } }],
        },
      },
    },
    {
      name: "variables that are a text",
      send: { query, variables: "a" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "variables that are a list",
      send: { query, variables: [] },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "extensions that are a text",
      send: { query, extensions: "a" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "an operation name that is a number",
      send: { query, operationName: 1 },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "an empty operation name",
      send: { query, operationName: "" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            { message: 'Unknown operation named ""', extensions: { code: "GRAPHQL_UNKNOWN_OPERATION_NAME" } },
          ],
        },
      },
    },
    {
      name: "an unknown operation name",
      send: { query: "query A { me { name } }", operationName: "B" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message: 'Unknown operation named "B"',
              extensions: { code: "GRAPHQL_UNKNOWN_OPERATION_NAME" },
            },
          ],
        },
      },
    },
    {
      name: "several operations without a name",
      send: { query: "query A { me { name } } query B { me { id } }" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              code: "GRAPHQL_VALIDATION_FAILED",
            },
          ],
        },
      },
    },
    {
      name: "several operations, one of them named",
      send: { query: "query A { me { name } } query B { me { id } }", operationName: "B" },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { id: "1" } } },
      },
    },
    {
      name: "fragments alone",
      send: { query: "fragment F on Query { me { name } }" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 1 }],
              code: "GRAPHQL_VALIDATION_FAILED",
            },
          ],
        },
      },
    },
    {
      name: "an operation name for a nameless operation",
      send: { query, operationName: "A" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message: 'Unknown operation named "A"',
              extensions: { code: "GRAPHQL_UNKNOWN_OPERATION_NAME" },
            },
          ],
        },
      },
    },
    {
      name: "GET with a query",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}` },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "GET with plus signs for spaces",
      send: { ...get, path: "/?query=%7B+me+%7B+name+%7D+%7D" },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "GET with variables",
      send: {
        ...get,
        path: `/?query=${encodeURIComponent("query($id: ID!) { guest(id: $id) { name } }")}&variables=${encodeURIComponent('{"id":"2"}')}`,
      },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { guest: { name: "Ben" } } },
      },
    },
    {
      name: "GET with an operation name",
      send: {
        ...get,
        path: `/?query=${encodeURIComponent("query A { me { name } } query B { me { id } }")}&operationName=A`,
      },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "GET with malformed variables",
      send: { ...get, path: `/?query=${encodeURIComponent(query)}&variables=%7B` },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
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
      name: "GET with a malformed percent sign",
      send: { ...get, path: "/?query=%ZZ" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: { errors: [{ locations: [{ line: 1, column: 1 }], code: "PARSING_ERROR" }] },
      },
      differs: {
        why: differences.syntaxErrors,
        apollo: {
          status: 400,
          headers: { "content-type": "application/json" },
          json: {
            errors: [
              {
                locations: [{ line: 1, column: 1 }],
                code: "PARSING_ERROR",
              },
              {
                locations: [{ line: 1, column: 2 }],
                code: "PARSING_ERROR",
              },
            ],
          },
        },
      },
    },
    {
      name: "GET without a query",
      send: { ...get, path: "/" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              extensions: {
                details:
                  "There was no GraphQL operation to execute. Use the `query` parameter to send an operation, using either GET or POST.",
                code: "INVALID_GRAPHQL_REQUEST",
              },
            },
          ],
        },
      },
    },
    {
      name: "GET with an empty query",
      send: { ...get, path: "/?query=" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [{ message: "Must provide query string.", extensions: { code: "MISSING_QUERY_STRING" } }],
        },
      },
    },
    {
      name: "GET with a mutation",
      send: { ...get, path: `/?query=${encodeURIComponent('mutation { greet(name: "A") }')}` },
      expect: {
        status: 405,
        headers: { "content-type": "application/json", allow: "POST" },
        json: {
          errors: [
            {
              message: "Mutations can only be sent over HTTP POST",
              extensions: { code: "MUTATION_FORBIDDEN" },
            },
          ],
        },
      },
    },
    {
      name: "a subscription, of which the schema has none",
      send: { query: "subscription { a }" },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 1 }],
              code: "GRAPHQL_VALIDATION_FAILED",
            },
          ],
        },
      },
    },
    {
      name: "HEAD",
      send: { method: "HEAD" },
      expect: { status: 400, text: "" },
    },
    {
      name: "PUT",
      send: { method: "PUT", query, headers: { "content-type": "application/json" } },
      expect: { status: 405, headers: { "content-type": null, allow: "GET,HEAD,POST" }, text: "" },
    },
    {
      name: "DELETE",
      send: { method: "DELETE", headers: { "content-type": "application/json" } },
      expect: { status: 405, headers: { "content-type": null, allow: "GET,HEAD,POST" }, text: "" },
    },
    {
      name: "PATCH",
      send: { method: "PATCH", query, headers: { "content-type": "application/json" } },
      expect: { status: 405, headers: { "content-type": null, allow: "GET,HEAD,POST" }, text: "" },
    },
    {
      name: "a path that is not the endpoint",
      send: { path: "/elsewhere", query },
      expect: { status: 404, headers: { "content-type": null }, text: "" },
    },
    {
      name: "a content type with a charset",
      send: { query, headers: { "content-type": "application/json; charset=utf-8" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "a content type in capitals",
      send: { query, headers: { "content-type": "Application/JSON" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "application/graphql-response+json as content type",
      send: { query, headers: { "content-type": "application/graphql-response+json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "application/graphql+json as content type",
      send: { query, headers: { "content-type": "application/graphql+json" } },
      expect: {
        status: 415,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'content-type\' header must be one of: "application/json" or "application/graphql-response+json"',
              extensions: { code: "INVALID_CONTENT_TYPE_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "application/graphql as content type",
      send: { query, headers: { "content-type": "application/graphql" } },
      expect: {
        status: 415,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'content-type\' header must be one of: "application/json" or "application/graphql-response+json"',
              extensions: { code: "INVALID_CONTENT_TYPE_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "text/plain, told not to be simple",
      send: { query, headers: { "content-type": "text/plain", "apollo-require-preflight": "1" } },
      expect: {
        status: 415,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'content-type\' header must be one of: "application/json" or "application/graphql-response+json"',
              extensions: { code: "INVALID_CONTENT_TYPE_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "no content type, told not to be simple",
      send: { query, headers: { "content-type": null, "apollo-require-preflight": "1" } },
      expect: {
        status: 415,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'content-type\' header must be one of: "application/json" or "application/graphql-response+json"',
              extensions: { code: "INVALID_CONTENT_TYPE_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "a content type that is none",
      send: { query, headers: { "content-type": "nonsense", "apollo-require-preflight": "1" } },
      expect: {
        status: 415,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'content-type\' header must be one of: "application/json" or "application/graphql-response+json"',
              extensions: { code: "INVALID_CONTENT_TYPE_HEADER" },
            },
          ],
        },
      },
    },
  ],
};
