import { differences } from "../differences.ts";
import type { Case, Section } from "../harness/case.ts";

const query = "{ me { id } }";
const licensed = { why: differences.licensedLimits };
const section = (name: string, yaml: string, cases: readonly Case[]): Section => ({ name, yaml, cases });
const code = (code: string) => ({ status: 400, json: { errors: [{ code }] } });

export const limits: readonly Section[] = [
  section("request size", "limits: { router: { http_max_request_bytes: 200 } }", [
    {
      name: "within the limit",
      send: { query },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "over the limit",
      send: { query: `${query} # ${"x".repeat(300)}` },
      expect: {
        status: 413,
        json: {
          errors: [
            {
              message: "Request body payload too large",
              extensions: { details: "Request body payload too large", code: "INVALID_GRAPHQL_REQUEST" },
            },
          ],
        },
      },
    },
    {
      name: "over the limit when decompressed",
      send: {
        body: Bun.gzipSync(JSON.stringify({ query: `${query} # ${"x".repeat(5000)}` })),
        headers: { "content-encoding": "gzip" },
      },
      expect: {
        status: 413,
        json: {
          errors: [
            {
              message: "Request body payload too large",
              extensions: { details: "Request body payload too large", code: "INVALID_GRAPHQL_REQUEST" },
            },
          ],
        },
      },
    },
  ]),
  section("parser tokens", "limits: { router: { parser_max_tokens: 12 } }", [
    {
      name: "within the limit",
      send: { query: "{me{id}}" },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "over the limit",
      send: { query: "{me{id name email}orders{id}}" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 28 }],
              code: "PARSING_ERROR",
            },
          ],
        },
      },
    },
    {
      name: "white space counts",
      send: { query: "{ me { id , name } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 18 }],
              code: "PARSING_ERROR",
            },
          ],
        },
      },
    },
  ]),
  section("parser recursion", "limits: { router: { parser_max_recursion: 4 } }", [
    {
      name: "within the limit",
      send: { query },
      expect: { status: 200, json: { data: { me: { id: "1" } } } },
    },
    {
      name: "over the limit",
      send: { query: "{ orders { guest { orders { guest { orders { guest { id } } } } } } }" },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 37 }],
              code: "PARSING_ERROR",
            },
          ],
        },
      },
    },
  ]),
  section("depth", "limits: { router: { max_depth: 2 } }", [
    { name: "within the limit", send: { query }, expect: { status: 200 }, differs: licensed },
    {
      name: "over the limit",
      send: { query: "{ me { favourite { id } } }" },
      expect: code("MAX_DEPTH_LIMIT"),
      differs: licensed,
    },
  ]),
  section("height", "limits: { router: { max_height: 3 } }", [
    {
      name: "within the limit",
      send: { query: "{ me { id name } }" },
      expect: { status: 200 },
      differs: licensed,
    },
    {
      name: "over the limit",
      send: { query: "{ me { id name email } }" },
      expect: code("MAX_HEIGHT_LIMIT"),
      differs: licensed,
    },
  ]),
  section("aliases", "limits: { router: { max_aliases: 1 } }", [
    {
      name: "within the limit",
      send: { query: "{ a: me { id } }" },
      expect: { status: 200 },
      differs: licensed,
    },
    {
      name: "over the limit",
      send: { query: "{ a: me { b: id } }" },
      expect: code("MAX_ALIASES_LIMIT"),
      differs: licensed,
    },
  ]),
  section("root fields", "limits: { router: { max_root_fields: 1 } }", [
    { name: "within the limit", send: { query }, expect: { status: 200 }, differs: licensed },
    {
      name: "over the limit",
      send: { query: "{ me { id } guests { id } }" },
      expect: code("MAX_ROOT_FIELDS_LIMIT"),
      differs: licensed,
    },
  ]),
  section(
    "limits that only warn",
    "limits: { router: { max_depth: 1, max_root_fields: 1, warn_only: true } }",
    [
      {
        name: "let everything through",
        send: { query: "{ me { id } guests { id } }" },
        expect: { status: 200 },
        differs: licensed,
      },
    ],
  ),
  section("defaults", "{}", [
    {
      name: "fifteen thousand tokens are too many",
      send: { query: `{ me { ${"id ".repeat(8000)} } }` },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 22499 }],
              code: "PARSING_ERROR",
            },
          ],
        },
      },
    },
    {
      name: "recursion ends",
      send: { query: `{ ${"a { ".repeat(600)} a ${"} ".repeat(600)} }` },
      expect: {
        status: 400,
        json: {
          errors: [
            {
              locations: [{ line: 1, column: 2003 }],
              code: "PARSING_ERROR",
            },
          ],
        },
      },
    },
    {
      name: "two megabytes are too many",
      send: { query: `${query} # ${"x".repeat(2_100_000)}` },
      expect: {
        status: 413,
        json: {
          errors: [
            {
              message: "Request body payload too large",
              extensions: { details: "Request body payload too large", code: "INVALID_GRAPHQL_REQUEST" },
            },
          ],
        },
      },
    },
  ]),
];
