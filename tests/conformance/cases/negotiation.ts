import { differences } from "../differences.ts";
import type { Case, Section } from "../harness/case.ts";

const query = "{ me { name } }";

export const negotiation: Section = {
  name: "negotiation",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    {
      name: "no Accept",
      send: { query, headers: { accept: "*/*" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "application/graphql-response+json",
      send: { query, headers: { accept: "application/graphql-response+json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: { data: { me: { name: "Ada" } } },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { name: "Ada" } } },
        },
      },
    },
    {
      name: "application/json with a charset",
      send: { query, headers: { accept: "application/json; charset=utf-8" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "application/*",
      send: { query, headers: { accept: "application/*" } },
      expect: {
        status: 406,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'accept\' header must be one of: \\"*/*\\", "application/json", "application/graphql-response+json", "multipart/mixed;subscriptionSpec=1.0" or "multipart/mixed;deferSpec=20220824"',
              extensions: { code: "INVALID_ACCEPT_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "text/html",
      send: { query, headers: { accept: "text/html" } },
      expect: {
        status: 406,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'accept\' header must be one of: \\"*/*\\", "application/json", "application/graphql-response+json", "multipart/mixed;subscriptionSpec=1.0" or "multipart/mixed;deferSpec=20220824"',
              extensions: { code: "INVALID_ACCEPT_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "text/html and anything",
      send: { query, headers: { accept: "text/html, */*;q=0.1" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "json first, then graphql-response",
      send: { query, headers: { accept: "application/json, application/graphql-response+json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: { data: { me: { name: "Ada" } } },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { name: "Ada" } } },
        },
      },
    },
    {
      name: "graphql-response first, then json",
      send: { query, headers: { accept: "application/graphql-response+json, application/json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: { data: { me: { name: "Ada" } } },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { name: "Ada" } } },
        },
      },
    },
    {
      name: "json preferred by q",
      send: { query, headers: { accept: "application/graphql-response+json;q=0.5, application/json;q=0.9" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "graphql-response preferred by q",
      send: { query, headers: { accept: "application/json;q=0.5, application/graphql-response+json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: { data: { me: { name: "Ada" } } },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { name: "Ada" } } },
        },
      },
    },
    {
      name: "json refused with q=0",
      send: { query, headers: { accept: "application/json;q=0" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "capital letters",
      send: { query, headers: { accept: "APPLICATION/JSON" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "nonsense",
      send: { query, headers: { accept: "nonsense" } },
      expect: {
        status: 406,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'accept\' header must be one of: \\"*/*\\", "application/json", "application/graphql-response+json", "multipart/mixed;subscriptionSpec=1.0" or "multipart/mixed;deferSpec=20220824"',
              extensions: { code: "INVALID_ACCEPT_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown type and json",
      send: { query, headers: { accept: "image/png, application/json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "multipart for deferred answers",
      send: { query, headers: { accept: "multipart/mixed;deferSpec=20220824, application/json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "multipart alone for a query that defers nothing",
      send: { query, headers: { accept: "multipart/mixed;deferSpec=20220824" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/json" },
        json: { data: { me: { name: "Ada" } } },
      },
    },
    {
      name: "multipart without a spec",
      send: { query, headers: { accept: "multipart/mixed" } },
      expect: {
        status: 406,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              message:
                '\'accept\' header must be one of: \\"*/*\\", "application/json", "application/graphql-response+json", "multipart/mixed;subscriptionSpec=1.0" or "multipart/mixed;deferSpec=20220824"',
              extensions: { code: "INVALID_ACCEPT_HEADER" },
            },
          ],
        },
      },
    },
    {
      name: "an error under graphql-response",
      send: { query: "{ nothing }", headers: { accept: "application/graphql-response+json" } },
      expect: {
        status: 400,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 3 }],
              code: "GRAPHQL_VALIDATION_FAILED",
            },
          ],
        },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
          status: 400,
          headers: { "content-type": "application/json" },
          json: {
            errors: [
              {
                locations: [{ line: 1, column: 3 }],
                code: "GRAPHQL_VALIDATION_FAILED",
              },
            ],
          },
        },
      },
    },
    {
      name: "an error under json",
      send: { query: "{ nothing }", headers: { accept: "application/json" } },
      expect: {
        status: 400,
        headers: { "content-type": "application/json" },
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 3 }],
              code: "GRAPHQL_VALIDATION_FAILED",
            },
          ],
        },
      },
    },
    {
      name: "malformed JSON under graphql-response",
      send: { body: "{", headers: { accept: "application/graphql-response+json" } },
      expect: {
        status: 400,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              code: "INVALID_GRAPHQL_REQUEST",
            },
          ],
        },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
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
    },
    {
      name: "partial data under graphql-response",
      send: { query: "{ me { name } fails }", headers: { accept: "application/graphql-response+json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: {
          data: { me: { name: "Ada" }, fails: null },
          errors: [
            {
              message: "It failed",
              path: ["fails"],
              extensions: { service: "restaurants" },
            },
          ],
        },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: {
            data: { me: { name: "Ada" }, fails: null },
            errors: [
              {
                message: "It failed",
                path: ["fails"],
                extensions: { service: "restaurants" },
              },
            ],
          },
        },
      },
    },
    {
      name: "null data under graphql-response",
      send: { query: "{ failsRequired }", headers: { accept: "application/graphql-response+json" } },
      expect: {
        status: 200,
        headers: { "content-type": "application/graphql-response+json; charset=utf-8" },
        json: {
          data: null,
          errors: [
            {
              message: "It failed",
              path: ["failsRequired"],
              extensions: { service: "restaurants" },
            },
          ],
        },
      },
      differs: {
        why: differences.mediaType,
        apollo: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: {
            data: null,
            errors: [
              {
                message: "It failed",
                path: ["failsRequired"],
                extensions: { service: "restaurants" },
              },
            ],
          },
        },
      },
    },
  ] satisfies Case[],
};
