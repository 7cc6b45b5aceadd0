import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

export const validation: Section = {
  name: "validation",
  yaml: "include_subgraph_errors: { all: true }",
  cases: [
    {
      name: "a syntax error",
      send: { query: "{ me { name " },
      expect: {
        status: 400,
        json: { errors: [{ locations: [{ line: 1, column: 13 }], code: "PARSING_ERROR" }] },
      },
      differs: {
        why: differences.syntaxErrors,
        apollo: {
          status: 400,
          json: {
            errors: [
              {
                locations: [{ line: 1, column: 13 }],
                code: "PARSING_ERROR",
              },
              {
                locations: [{ line: 1, column: 13 }],
                code: "PARSING_ERROR",
              },
            ],
          },
        },
      },
    },
    {
      name: "a syntax error on the second line",
      send: { query: "{\n  me { name ! }\n}" },
      expect: {
        status: 400,
        json: { errors: [{ locations: [{ line: 2, column: 13 }], code: "PARSING_ERROR" }] },
      },
      differs: {
        why: differences.syntaxErrors,
        apollo: {
          status: 400,
          json: {
            errors: [
              {
                locations: [{ line: 2, column: 13 }],
                code: "PARSING_ERROR",
              },
              {
                locations: [{ line: 2, column: 13 }],
                code: "PARSING_ERROR",
              },
              {
                locations: [{ line: 2, column: 13 }],
                code: "PARSING_ERROR",
              },
              {
                locations: [{ line: 2, column: 15 }],
                code: "PARSING_ERROR",
              },
              {
                locations: [{ line: 3, column: 1 }],
                code: "PARSING_ERROR",
              },
            ],
          },
        },
      },
    },
    {
      name: "an unknown field",
      send: { query: "{ me { nothing } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
              locations: [{ line: 1, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Cannot query field "nothing" on type "Guest".',
              locations: [{ line: 1, column: 8 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "two unknown fields",
      send: { query: "{ me { nothing } none }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
              locations: [{ line: 1, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Cannot query field "nothing" on type "Guest".',
              locations: [{ line: 1, column: 8 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Cannot query field "none" on type "Query".',
              locations: [{ line: 1, column: 18 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown field, named operation",
      send: { query: "query A { none }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Cannot query field "none" on type "Query".',
              locations: [{ line: 1, column: 11 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an inaccessible field",
      send: { query: "{ restaurants { takings } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Field "restaurants" of type "Query" must have a selection of subfields. Did you mean "restaurants { ... }"?',
              locations: [{ line: 1, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Cannot query field "takings" on type "Restaurant".',
              locations: [{ line: 1, column: 17 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a field of an unknown type condition",
      send: { query: "{ venues { ... on Castle { id } } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Field "venues" of type "Query" must have a selection of subfields. Did you mean "venues { ... }"?',
              locations: [{ line: 1, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Unknown type "Castle".',
              locations: [{ line: 1, column: 19 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an impossible type condition",
      send: { query: "{ venues { ... on Guest { id } } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Fragment cannot be spread here as objects of type "Venue" can never be of type "Guest".',
              locations: [{ line: 1, column: 12 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "no selection on an object",
      send: { query: "{ me }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
              locations: [{ line: 1, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a selection on a scalar",
      send: { query: "{ me { name { x } } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Field "me" of type "Query" must have a selection of subfields. Did you mean "me { ... }"?',
              locations: [{ line: 1, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Field "name" must not have a selection since type "String" has no subfields',
              locations: [{ line: 1, column: 8 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown argument",
      send: { query: "{ guest(id: 1, more: 2) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Unknown argument "more" on field "Query.guest".',
              locations: [{ line: 1, column: 16 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a missing required argument",
      send: { query: "{ guest { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Field "guest" argument "id" of type "ID!" is required, but it was not provided.',
              locations: [{ line: 1, column: 3 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an argument of the wrong type",
      send: { query: '{ double(number: "a") }' },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Int cannot represent value: "a"',
              locations: [{ line: 1, column: 18 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an argument too large for Int",
      send: { query: "{ double(number: 3000000000) }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "Int cannot represent non 32-bit signed integer value: 3000000000",
              locations: [{ line: 1, column: 18 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown enum value",
      send: { query: "{ restaurants(filter: { cuisine: FRENCH }) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Value "FRENCH" does not exist in "Cuisine" enum.',
              locations: [{ line: 1, column: 34 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown field in an input object",
      send: { query: "{ restaurants(filter: { none: 1 }) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Field "none" is not defined by type "RestaurantFilter".',
              locations: [{ line: 1, column: 31 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a missing required field in an input object",
      send: { query: "{ restaurants(filter: { near: {} }) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Field "Coordinates.latitude" of required type "Float!" was not provided.',
              locations: [{ line: 1, column: 31 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an undeclared variable",
      send: { query: "{ guest(id: $id) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Variable "$id" is not defined.',
              locations: [{ line: 1, column: 13 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unused variable",
      send: { query: "query($id: ID) { me { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Variable "$id" is never used.',
              locations: [{ line: 1, column: 7 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a variable of the wrong type",
      send: { query: "query($n: String!) { double(number: $n) }", variables: { n: "1" } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Variable "$n" of type "String!" used in position expecting type "Int!".',
              locations: [{ line: 1, column: 29 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a nullable variable for a required argument",
      send: { query: "query($n: Int) { double(number: $n) }", variables: { n: 1 } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Variable "$n" of type "Int" used in position expecting type "Int!".',
              locations: [{ line: 1, column: 25 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a variable of an output type",
      send: { query: "query($g: Guest) { guest(id: $g) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Variable "$g" cannot be non-input type "Guest".',
              locations: [{ line: 1, column: 7 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
            {
              message: 'Variable "$g" of type "Guest" used in position expecting type "ID!".',
              locations: [{ line: 1, column: 26 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "two variables of one name",
      send: { query: "query($a: ID!, $a: ID!) { guest(id: $a) { id } }", variables: { a: "1" } },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'There can be only one variable named "$a".',
              locations: [{ line: 1, column: 16 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown directive",
      send: { query: "{ me @nothing { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Unknown directive "@nothing".',
              locations: [{ line: 1, column: 6 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a directive in the wrong place",
      send: { query: "query @skip(if: true) { me { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Directive "@skip" may not be used on QUERY.',
              locations: [{ line: 1, column: 7 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unknown fragment",
      send: { query: "{ me { ...F } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Unknown fragment "F".',
              locations: [{ line: 1, column: 8 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an unused fragment",
      send: { query: "{ me { id } } fragment F on Guest { id }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Fragment "F" is never used.',
              locations: [{ line: 1, column: 15 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a fragment that contains itself",
      send: { query: "{ me { ...F } } fragment F on Guest { id ...F }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'Cannot spread fragment "F" within itself via "F"',
              locations: [{ line: 1, column: 17 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "two fragments of one name",
      send: { query: "{ me { ...F } } fragment F on Guest { id } fragment F on Guest { name }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'There can be only one fragment named "F".',
              locations: [{ line: 1, column: 53 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "fields that conflict",
      send: { query: '{ a: guest(id: "1") { id } a: guest(id: "2") { id } }' },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message:
                'Fields "guest" conflict because they have differing arguments. Use different aliases on the fields to fetch both if this was intentional.',
              locations: [{ line: 1, column: 28 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "operations of one name",
      send: { query: "query A { me { id } } query A { me { name } }", operationName: "A" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'There can be only one operation named "A".',
              locations: [{ line: 1, column: 29 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a nameless operation beside a named one",
      send: { query: "query A { me { id } } { me { name } }", operationName: "A" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: "This anonymous operation must be the only defined operation.",
              locations: [{ line: 1, column: 23 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a type definition in the document",
      send: { query: "{ me { id } } type A { b: Int }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'The "A" definition is not executable.',
              locations: [{ line: 1, column: 15 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "an argument given twice",
      send: { query: "{ guest(id: 1, id: 2) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'There can be only one argument named "id".',
              locations: [{ line: 1, column: 16 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
    {
      name: "a directive given twice",
      send: { query: "{ me @skip(if: false) @skip(if: false) { id } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              message: 'The directive "@skip" can only be used once at this location.',
              locations: [{ line: 1, column: 23 }],
              extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
            },
          ],
        },
      },
    },
  ],
};
