import type { Case, Section } from "../harness/case.ts";

const fails = '{ me { id } fails(message: "Out of stock", code: "OUT_OF_STOCK") }';
const twoSubgraphsFail = 'mutation { renameGuest(id: "9", name: "x") { id } }';

const section = (name: string, yaml: string, cases: readonly Case[]): Section => ({ name, yaml, cases });

export const redaction: readonly Section[] = [
  section("errors by default", "", [
    {
      name: "are redacted",
      send: { query: fails },
      expect: {
        status: 200,
        json: {
          data: { me: { id: "1" }, fails: null },
          errors: [{ message: "Subgraph errors redacted", path: ["fails"] }],
        },
      },
    },
    {
      name: "of an entity are redacted",
      send: { query: "{ restaurants { id menuNote } }" },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { id: "1", menuNote: "Note 1" },
              { id: "2", menuNote: null },
              { id: "3", menuNote: "Note 3" },
            ],
          },
          errors: [{ message: "Subgraph errors redacted", path: ["restaurants", 1, "menuNote"] }],
        },
      },
    },
  ]),
  section("errors with all: true", "include_subgraph_errors: { all: true }", [
    {
      name: "are shown",
      send: { query: fails },
      expect: {
        status: 200,
        json: {
          data: { me: { id: "1" }, fails: null },
          errors: [
            {
              message: "Out of stock",
              path: ["fails"],
              extensions: { code: "OUT_OF_STOCK", secret: "s3cret", service: "restaurants" },
            },
          ],
        },
      },
    },
    {
      name: "of an entity have its path",
      send: { query: "{ restaurants { id menuNote } }" },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { id: "1", menuNote: "Note 1" },
              { id: "2", menuNote: null },
              { id: "3", menuNote: "Note 3" },
            ],
          },
          errors: [
            {
              message: "The note of restaurant 2 is lost",
              path: ["restaurants", 1, "menuNote"],
              extensions: { service: "menus" },
            },
          ],
        },
      },
    },
    {
      name: "of a mutation",
      send: { query: twoSubgraphsFail },
      expect: {
        status: 200,
        json: {
          data: null,
          errors: [
            {
              message: "There is no guest 9",
              path: ["renameGuest"],
              extensions: { service: "guests" },
            },
          ],
        },
      },
    },
    {
      name: "of an aliased field",
      send: { query: '{ x: fails(message: "a") y: fails(message: "b") }' },
      expect: {
        status: 200,
        json: {
          data: { x: null, y: null },
          errors: [
            {
              message: "a",
              path: ["x"],
              extensions: { service: "restaurants" },
            },
            {
              message: "b",
              path: ["y"],
              extensions: { service: "restaurants" },
            },
          ],
        },
      },
    },
    {
      name: "below a list",
      send: { query: "{ restaurants(first: 2) { id fails } }" },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { id: "1", fails: null },
              { id: "2", fails: null },
            ],
          },
          errors: [
            {
              message: "Restaurant 1 failed",
              path: ["restaurants", 0, "fails"],
              extensions: { code: "RESTAURANT_FAILED", secret: "s3cret", service: "restaurants" },
            },
            {
              message: "Restaurant 2 failed",
              path: ["restaurants", 1, "fails"],
              extensions: { code: "RESTAURANT_FAILED", secret: "s3cret", service: "restaurants" },
            },
          ],
        },
      },
    },
    {
      name: "of a required field below a list",
      send: { query: "{ restaurants(first: 2) { id failsRequired } me { id } }" },
      expect: {
        status: 200,
        json: {
          data: null,
          errors: [
            {
              message: "It failed",
              path: ["restaurants", 0, "failsRequired"],
              extensions: { service: "restaurants" },
            },
          ],
          extensions: {
            valueCompletion: [{ message: "Cannot return null for non-nullable type Restaurant", path: [] }],
          },
        },
      },
    },
  ]),
  section(
    "errors of one subgraph",
    "include_subgraph_errors: { all: false, subgraphs: { restaurants: true } }",
    [
      {
        name: "are shown",
        send: { query: fails },
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, fails: null },
            errors: [
              {
                message: "Out of stock",
                path: ["fails"],
                extensions: { code: "OUT_OF_STOCK", secret: "s3cret", service: "restaurants" },
              },
            ],
          },
        },
      },
      {
        name: "of another are redacted",
        send: { query: twoSubgraphsFail },
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message: "Subgraph errors redacted",
                path: ["renameGuest"],
              },
            ],
          },
        },
      },
    ],
  ),
  section(
    "errors of all but one",
    "include_subgraph_errors: { all: true, subgraphs: { restaurants: false } }",
    [
      {
        name: "are redacted",
        send: { query: fails },
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, fails: null },
            errors: [{ message: "Subgraph errors redacted", path: ["fails"] }],
          },
        },
      },
      {
        name: "of another are shown",
        send: { query: twoSubgraphsFail },
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message: "There is no guest 9",
                path: ["renameGuest"],
                extensions: { service: "guests" },
              },
            ],
          },
        },
      },
    ],
  ),
  section(
    "errors with chosen extensions",
    "include_subgraph_errors: { all: { redact_message: true, allow_extensions_keys: [code] } }",
    [
      {
        name: "keep the code and lose the message",
        send: { query: fails },
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, fails: null },
            errors: [
              {
                message: "Subgraph errors redacted",
                path: ["fails"],
                extensions: { code: "OUT_OF_STOCK" },
              },
            ],
          },
        },
      },
    ],
  ),
  section(
    "errors without chosen extensions",
    "include_subgraph_errors: { all: { redact_message: false, deny_extensions_keys: [secret] } }",
    [
      {
        name: "lose only those",
        send: { query: fails },
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, fails: null },
            errors: [
              {
                message: "Out of stock",
                path: ["fails"],
                extensions: { code: "OUT_OF_STOCK", service: "restaurants" },
              },
            ],
          },
        },
      },
    ],
  ),
  section(
    "errors with a subgraph's own list",
    "include_subgraph_errors: { all: { redact_message: false, allow_extensions_keys: [code] }, subgraphs: { restaurants: { allow_extensions_keys: [secret], redact_message: true } } }",
    [
      {
        name: "have the keys of both lists",
        send: { query: fails },
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, fails: null },
            errors: [
              {
                message: "Subgraph errors redacted",
                path: ["fails"],
                extensions: { code: "OUT_OF_STOCK", secret: "s3cret" },
              },
            ],
          },
        },
      },
    ],
  ),
  section(
    "errors with a subgraph's exclusions",
    "include_subgraph_errors: { all: { redact_message: false, allow_extensions_keys: [code, secret] }, subgraphs: { restaurants: { exclude_global_keys: [code] } } }",
    [
      {
        name: "lose the excluded key",
        send: { query: fails },
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, fails: null },
            errors: [
              {
                message: "Out of stock",
                path: ["fails"],
                extensions: { secret: "s3cret" },
              },
            ],
          },
        },
      },
    ],
  ),
];
