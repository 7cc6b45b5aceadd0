import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

const double = "query($n: Int!) { double(number: $n) }";
const describe = "query($input: EverythingInput!) { describe(input: $input) }";
const guest = "query($id: ID!) { guest(id: $id) { name } }";
const withDefault = "query($n: Int = 4) { restaurants(first: $n) { id } }";
const wrongVariable = { code: "VALIDATION_INVALID_TYPE_VARIABLE" };

export const variables: Section = {
  name: "variables",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    {
      name: "an Int",
      send: { query: double, variables: { n: 4 } },
      expect: { status: 200, json: { data: { double: 8 } } },
    },
    {
      name: "a missing required variable",
      send: { query: double },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "missing variable `$n`: for required GraphQL type `Int!`",
              extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "null for a required variable",
      send: { query: double, variables: { n: null } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$n`: found JSON null for GraphQL type `Int!`",
              extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a text for Int",
      send: { query: double, variables: { n: "4" } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$n`: found JSON string for GraphQL type `Int!`",
              extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a fraction for Int",
      send: { query: double, variables: { n: 4.5 } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$n`: found JSON number for GraphQL type `Int!`",
              extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a whole float for Int",
      send: { body: `{"query":"${double}","variables":{"n":4.0}}` },
      expect: { status: 200, json: { data: { double: 8 } } },
      differs: {
        why: differences.wholeFloats,
        apollo: {
          status: 400,
          json: {
            errors: [
              {
                message: "invalid variable `$n`: found JSON number for GraphQL type `Int!`",
                extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
              },
            ],
          },
        },
      },
    },
    {
      name: "a number too large for Int",
      send: { query: double, variables: { n: 3_000_000_000 } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$n`: found JSON number for GraphQL type `Int!`",
              extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a boolean for Int",
      send: { query: double, variables: { n: true } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$n`: found JSON boolean for GraphQL type `Int!`",
              extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a variable that the operation does not declare",
      send: { query: double, variables: { n: 1, m: 2 } },
      expect: { status: 200, json: { data: { double: 2 } } },
    },
    {
      name: "a number for ID",
      send: { query: guest, variables: { id: 2 } },
      expect: { status: 200, json: { data: { guest: { name: "Ben" } } } },
    },
    {
      name: "a float for ID",
      send: { query: guest, variables: { id: 2.5 } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$id`: found JSON number for GraphQL type `ID!`",
              extensions: { name: "id", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a boolean for ID",
      send: { query: guest, variables: { id: true } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$id`: found JSON boolean for GraphQL type `ID!`",
              extensions: { name: "id", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "an input object of every kind",
      send: {
        query: describe,
        variables: {
          input: {
            id: "a",
            int: 1,
            float: 1.5,
            text: "t",
            flag: true,
            cuisine: "ITALIAN",
            day: "2026-11-21",
            list: [1, 2],
            near: { latitude: 1 },
          },
        },
      },
      expect: {
        status: 200,
        json: {
          data: {
            describe:
              '{"id":"a","int":1,"float":1.5,"text":"t","flag":true,"cuisine":"ITALIAN","day":"2026-11-21","list":[1,2],"near":{"latitude":1,"longitude":0}}',
          },
        },
      },
    },
    {
      name: "an unknown field in an input object",
      send: { query: describe, variables: { input: { none: 1 } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "unknown field input value at `$input.none` found for GraphQL type `EverythingInput!`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a missing required field in an input object",
      send: { query: describe, variables: { input: { near: {} } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "missing input value at `$input.near.latitude`: for required GraphQL type `Float!`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "null for a required field in an input object",
      send: { query: describe, variables: { input: { near: { latitude: null } } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "missing input value at `$input.near.latitude`: for required GraphQL type `Float!`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a text for an input object",
      send: { query: describe, variables: { input: "a" } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$input`: found JSON string for GraphQL type `EverythingInput!`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a list for an input object",
      send: { query: describe, variables: { input: [] } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$input`: found JSON array for GraphQL type `EverythingInput!`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "an Int for Float",
      send: { query: describe, variables: { input: { float: 1 } } },
      expect: { status: 200, json: { data: { describe: '{"float":1}' } } },
    },
    {
      name: "a text for Float",
      send: { query: describe, variables: { input: { float: "1" } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid input value at `$input.float`: found JSON string for GraphQL type `Float`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a number for String",
      send: { query: describe, variables: { input: { text: 1 } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid input value at `$input.text`: found JSON number for GraphQL type `String`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a number for Boolean",
      send: { query: describe, variables: { input: { flag: 1 } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid input value at `$input.flag`: found JSON number for GraphQL type `Boolean`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown enum value",
      send: { query: describe, variables: { input: { cuisine: "FRENCH" } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                "invalid input value at `$input.cuisine`: found JSON string for GraphQL type `Cuisine`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a number for an enum",
      send: { query: describe, variables: { input: { cuisine: 1 } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                "invalid input value at `$input.cuisine`: found JSON number for GraphQL type `Cuisine`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "one item for a list",
      send: { query: describe, variables: { input: { list: 1 } } },
      expect: { status: 200, json: { data: { describe: '{"list":[1]}' } } },
    },
    {
      name: "null in a list of required items",
      send: { query: describe, variables: { input: { list: [1, null] } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid input value at `$input.list[1]`: found JSON null for GraphQL type `Int!`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "a wrong item in a list",
      send: { query: describe, variables: { input: { list: [1, "2"] } } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid input value at `$input.list[1]`: found JSON string for GraphQL type `Int!`",
              extensions: { name: "input", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "anything for a custom scalar",
      send: { query: describe, variables: { input: { day: { year: 2026 } } } },
      expect: { status: 200, json: { data: { describe: '{"day":{"year":2026}}' } } },
    },
    {
      name: "several wrong variables, in either order",
      send: {
        query: "query($a: Int!, $b: Int!) { a: double(number: $a) b: double(number: $b) }",
        variables: { a: "x" },
      },
      expect: { status: 400, json: { errors: [wrongVariable, wrongVariable] } },
      check: ({ answer, equal }) => {
        const names = answer.json?.errors?.map(({ extensions }) => (extensions as { name: string }).name);
        equal(names?.sort(), ["a", "b"], "names");
      },
    },
    {
      name: "a default that applies",
      send: { query: withDefault },
      expect: { status: 200, json: { data: { restaurants: [{ id: "1" }, { id: "2" }, { id: "3" }] } } },
    },
    {
      name: "a default that null overrides",
      send: { query: withDefault, variables: { n: null } },
      expect: { status: 200, json: { data: { restaurants: [] } } },
    },
    {
      name: "a default that a value overrides",
      send: { query: withDefault, variables: { n: 1 } },
      expect: { status: 200, json: { data: { restaurants: [{ id: "1" }] } } },
    },
    {
      name: "a list variable",
      send: {
        query: "query($tags: [String!]) { restaurants(filter: { tags: $tags }) { id } }",
        variables: { tags: ["pasta"] },
      },
      expect: { status: 200, json: { data: { restaurants: [{ id: "1" }] } } },
    },
    {
      name: "a wrong variable that only a skipped field uses",
      send: {
        query: "query($n: Int!) { me { id } double(number: $n) @skip(if: true) }",
        variables: { n: "x" },
      },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "invalid variable `$n`: found JSON string for GraphQL type `Int!`",
              extensions: { name: "n", code: "VALIDATION_INVALID_TYPE_VARIABLE" },
            },
          ],
        },
      },
    },
    {
      name: "text outside the basic plane",
      send: { query: describe, variables: { input: { text: "𝄞 é \u0001" } } },
      expect: { status: 200, json: { data: { describe: '{"text":"𝄞 é \\u0001"}' } } },
    },
  ],
};
