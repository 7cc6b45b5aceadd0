import { getIntrospectionQuery } from "graphql";
import type { Section } from "../harness/case.ts";

export const introspectionOff: Section = {
  name: "introspection off",
  yaml: "supergraph: { introspection: false }",
  cases: [
    {
      name: "__schema",
      send: { query: "{ __schema { queryType { name } } }" },
      expect: {
        status: 200,
        json: {
          errors: [
            { message: "introspection has been disabled", extensions: { code: "INTROSPECTION_DISABLED" } },
          ],
        },
      },
    },
    {
      name: "__type",
      send: { query: '{ __type(name: "Guest") { name } }' },
      expect: {
        status: 200,
        json: {
          errors: [
            { message: "introspection has been disabled", extensions: { code: "INTROSPECTION_DISABLED" } },
          ],
        },
      },
    },
    {
      name: "__schema beside a field",
      send: { query: "{ __schema { queryType { name } } me { id } }" },
      expect: {
        status: 200,
        json: {
          errors: [
            {
              message:
                "Mixed queries with both schema introspection and concrete fields are not supported yet: https://github.com/apollographql/router/issues/2789",
              extensions: { code: "MIXED_INTROSPECTION" },
            },
          ],
        },
      },
    },
    {
      name: "__typename at the root reaches no subgraph",
      send: { query: "{ __typename }" },
      expect: { status: 200, json: { data: { __typename: "Query" } } },
      check: ({ example, equal }) => equal(example.requests.length, 0, "requests to subgraphs"),
    },
    {
      name: "__typename of a mutation",
      send: { query: "mutation { __typename }" },
      expect: { status: 200, json: { data: { __typename: "Mutation" } } },
    },
    {
      name: "__typename with an alias beside a field",
      send: { query: "{ kind: __typename me { id __typename } }" },
      expect: { status: 200, json: { data: { kind: "Query", me: { id: "1", __typename: "Guest" } } } },
      check: ({ example, ok }) => ok(!example.requests[0]?.body?.query.startsWith("{kind"), "no alias sent"),
    },
  ],
};

export const introspectionOn: Section = {
  name: "introspection on",
  yaml: "supergraph: { introspection: true }",
  cases: [
    {
      name: "__schema",
      send: { query: "{ __schema { queryType { name } mutationType { name } subscriptionType { name } } }" },
      expect: {
        status: 200,
        json: {
          data: {
            __schema: {
              queryType: { name: "Query" },
              mutationType: { name: "Mutation" },
              subscriptionType: null,
            },
          },
        },
      },
    },
    {
      name: "__type",
      send: { query: '{ __type(name: "Cuisine") { kind name enumValues { name isDeprecated } } }' },
      expect: {
        status: 200,
        json: {
          data: {
            __type: {
              kind: "ENUM",
              name: "Cuisine",
              enumValues: [
                { name: "ITALIAN", isDeprecated: false },
                { name: "JAPANESE", isDeprecated: false },
                { name: "MEXICAN", isDeprecated: false },
              ],
            },
          },
        },
      },
    },
    {
      name: "an unknown __type",
      send: { query: '{ __type(name: "Nothing") { name } }' },
      expect: { status: 200, json: { data: { __type: null } } },
    },
    {
      name: "a type that federation adds",
      send: { query: '{ __type(name: "join__Graph") { name } }' },
      expect: { status: 200, json: { data: { __type: null } } },
    },
    {
      name: "an inaccessible field is not shown",
      send: { query: '{ __type(name: "Restaurant") { fields { name } } }' },
      expect: {
        status: 200,
        json: {
          data: {
            __type: {
              fields: [
                { name: "id" },
                { name: "seats" },
                { name: "dishes" },
                { name: "choice" },
                { name: "menuNote" },
                { name: "name" },
                { name: "cuisine" },
                { name: "address" },
                { name: "openedOn" },
                { name: "rating" },
                { name: "tags" },
                { name: "fails" },
                { name: "failsRequired" },
              ],
            },
          },
        },
      },
    },
    {
      name: "a deprecated field is shown when asked for",
      send: {
        query:
          '{ __type(name: "Restaurant") { fields(includeDeprecated: true) { name isDeprecated deprecationReason } } }',
      },
      expect: {
        status: 200,
        json: {
          data: {
            __type: {
              fields: [
                { name: "id", isDeprecated: false, deprecationReason: null },
                { name: "seats", isDeprecated: false, deprecationReason: null },
                { name: "dishes", isDeprecated: false, deprecationReason: null },
                { name: "choice", isDeprecated: false, deprecationReason: null },
                { name: "menuNote", isDeprecated: false, deprecationReason: null },
                { name: "name", isDeprecated: false, deprecationReason: null },
                { name: "cuisine", isDeprecated: false, deprecationReason: null },
                { name: "address", isDeprecated: false, deprecationReason: null },
                { name: "openedOn", isDeprecated: false, deprecationReason: null },
                { name: "rating", isDeprecated: false, deprecationReason: null },
                { name: "tags", isDeprecated: false, deprecationReason: null },
                { name: "oldName", isDeprecated: true, deprecationReason: "Use name" },
                { name: "fails", isDeprecated: false, deprecationReason: null },
                { name: "failsRequired", isDeprecated: false, deprecationReason: null },
              ],
            },
          },
        },
      },
    },
    {
      name: "arguments with their defaults",
      send: {
        query:
          '{ __type(name: "Query") { fields { name args { name defaultValue type { kind name ofType { name } } } } } }',
      },
      expect: {
        status: 200,
        json: {
          data: {
            __type: {
              fields: [
                { name: "me", args: [] },
                {
                  name: "guest",
                  args: [
                    {
                      name: "id",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "ID" } },
                    },
                  ],
                },
                { name: "guests", args: [] },
                {
                  name: "dish",
                  args: [
                    {
                      name: "id",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "ID" } },
                    },
                  ],
                },
                {
                  name: "search",
                  args: [
                    {
                      name: "text",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "String" } },
                    },
                  ],
                },
                {
                  name: "order",
                  args: [
                    {
                      name: "id",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "ID" } },
                    },
                  ],
                },
                { name: "orders", args: [] },
                {
                  name: "restaurants",
                  args: [
                    {
                      name: "first",
                      defaultValue: "10",
                      type: { kind: "SCALAR", name: "Int", ofType: null },
                    },
                    {
                      name: "filter",
                      defaultValue: null,
                      type: { kind: "INPUT_OBJECT", name: "RestaurantFilter", ofType: null },
                    },
                  ],
                },
                {
                  name: "restaurant",
                  args: [
                    {
                      name: "id",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "ID" } },
                    },
                  ],
                },
                { name: "venues", args: [] },
                {
                  name: "fails",
                  args: [
                    {
                      name: "message",
                      defaultValue: '"It failed"',
                      type: { kind: "SCALAR", name: "String", ofType: null },
                    },
                    {
                      name: "code",
                      defaultValue: null,
                      type: { kind: "SCALAR", name: "String", ofType: null },
                    },
                  ],
                },
                { name: "failsRequired", args: [] },
                {
                  name: "slow",
                  args: [
                    {
                      name: "ms",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "Int" } },
                    },
                  ],
                },
                {
                  name: "receivedHeader",
                  args: [
                    {
                      name: "name",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "String" } },
                    },
                  ],
                },
                {
                  name: "double",
                  args: [
                    {
                      name: "number",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "Int" } },
                    },
                  ],
                },
                {
                  name: "describe",
                  args: [
                    {
                      name: "input",
                      defaultValue: null,
                      type: { kind: "NON_NULL", name: null, ofType: { name: "EverythingInput" } },
                    },
                  ],
                },
              ],
            },
          },
        },
      },
    },
    {
      name: "descriptions",
      send: {
        query:
          '{ __type(name: "Restaurant") { description } date: __type(name: "Date") { description specifiedByURL } }',
      },
      expect: {
        status: 200,
        json: {
          data: {
            __type: { description: "A place to sit down and eat." },
            date: { description: "A calendar day, as in 2026-11-21.", specifiedByURL: null },
          },
        },
      },
    },
    {
      name: "a variable in introspection",
      send: { query: "query($name: String!) { __type(name: $name) { name } }", variables: { name: "Guest" } },
      expect: { status: 200, json: { data: { __type: { name: "Guest" } } } },
    },
    {
      name: "directives of the schema",
      send: { query: "{ __schema { directives { name } } }" },
      expect: { status: 200 },
      check: ({ answer, equal }) => {
        const data = answer.json?.data as { __schema: { directives: { name: string }[] } };
        const names = data.__schema.directives.map(({ name }) => name);
        equal(names.sort(), ["defer", "deprecated", "include", "skip", "specifiedBy"], "names, in any order");
      },
    },
    {
      name: "__schema beside __typename",
      send: { query: "{ __typename __schema { queryType { name } } }" },
      expect: {
        status: 200,
        json: { data: { __typename: "Query", __schema: { queryType: { name: "Query" } } } },
      },
    },
    {
      name: "__schema beside a field",
      send: { query: "{ __schema { queryType { name } } me { id } }" },
      expect: {
        status: 200,
        json: {
          errors: [
            {
              message:
                "Mixed queries with both schema introspection and concrete fields are not supported yet: https://github.com/apollographql/router/issues/2789",
              extensions: { code: "MIXED_INTROSPECTION" },
            },
          ],
        },
      },
    },
    {
      name: "lists nested deep",
      send: { query: "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }" },
      expect: {
        status: 200,
        json: {
          errors: [{ message: "Maximum introspection depth exceeded" }],
        },
      },
    },
    {
      name: "the query that tools send",
      send: { query: getIntrospectionQuery() },
      expect: { status: 200 },
      check: ({ answer, equal, ok }) => {
        equal(answer.json?.errors, undefined, "errors");
        const data = answer.json?.data as { __schema?: { types: { name: string }[] } } | undefined;
        const names = (data?.__schema?.types ?? []).map(({ name }) => name);
        ok(names.includes("Guest") && names.includes("Upload"), "types of the graph");
        ok(!names.some((name) => name.startsWith("join__") || name === "_Any"), "none of federation's");
      },
    },
  ],
};
