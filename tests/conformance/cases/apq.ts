import type { Section, Send } from "../harness/case.ts";

const query = "{ me { name } }";
const sha256Hash = new Bun.CryptoHasher("sha256").update(query).digest("hex");
const persisted = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });
const get = (extensions: unknown, more = ""): Send => ({
  method: "GET",
  path: `/?extensions=${encodeURIComponent(JSON.stringify(extensions))}${more}`,
  headers: { "apollo-require-preflight": "1" },
});

export const apq: readonly Section[] = [
  {
    name: "apq",
    yaml: "{}",
    cases: [
      {
        name: "an unknown hash",
        send: { extensions: persisted(sha256Hash) },
        expect: {
          status: 200,
          headers: { "cache-control": "private, no-cache, must-revalidate" },
          json: {
            data: null,
            errors: [
              { message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } },
            ],
          },
        },
      },
      {
        name: "a hash with its query",
        send: { query, extensions: persisted(sha256Hash) },
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "a known hash",
        send: { extensions: persisted(sha256Hash) },
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "a known hash by GET",
        send: get(persisted(sha256Hash)),
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "an unknown hash by GET",
        send: get(persisted("0".repeat(64))),
        expect: {
          status: 200,
          headers: { "cache-control": "private, no-cache, must-revalidate" },
          json: {
            data: null,
            errors: [
              { message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } },
            ],
          },
        },
      },
      {
        name: "a hash of another query",
        send: { query: "{ me { id } }", extensions: persisted(sha256Hash) },
        expect: {
          status: 400,
          json: {
            data: null,
            errors: [
              {
                message: "provided sha does not match query",
                extensions: { code: "PERSISTED_QUERY_HASH_MISMATCH" },
              },
            ],
          },
        },
      },
      {
        name: "the mismatch registered nothing",
        send: { extensions: persisted(sha256Hash) },
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "a hash in capitals",
        send: { extensions: persisted(sha256Hash.toUpperCase()) },
        expect: {
          status: 200,
          headers: { "cache-control": "private, no-cache, must-revalidate" },
          json: {
            data: null,
            errors: [
              { message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } },
            ],
          },
        },
      },
      {
        name: "a hash that is none",
        send: { query, extensions: persisted("abc") },
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "another version",
        send: { extensions: { persistedQuery: { version: 2, sha256Hash } } },
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "no version",
        send: { extensions: { persistedQuery: { sha256Hash } } },
        expect: {
          status: 400,
          json: {
            errors: [{ message: "Must provide query string.", extensions: { code: "MISSING_QUERY_STRING" } }],
          },
        },
      },
      {
        name: "a hash that is a number",
        send: { query, extensions: { persistedQuery: { version: 1, sha256Hash: 1 } } },
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "persistedQuery that is a text",
        send: { query, extensions: { persistedQuery: "x" } },
        expect: { status: 200, json: { data: { me: { name: "Ada" } } } },
      },
      {
        name: "a hash with an invalid query",
        send: {
          query: "{ nothing }",
          extensions: persisted(new Bun.CryptoHasher("sha256").update("{ nothing }").digest("hex")),
        },
        expect: {
          status: 400,
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
    ],
  },
  {
    name: "apq off",
    yaml: "apq: { enabled: false }",
    cases: [
      {
        name: "a hash alone",
        send: { extensions: persisted(sha256Hash) },
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message: "PersistedQueryNotSupported",
                extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" },
              },
            ],
          },
        },
      },
      {
        name: "a hash with its query",
        send: { query, extensions: persisted(sha256Hash) },
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message: "PersistedQueryNotSupported",
                extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" },
              },
            ],
          },
        },
      },
      {
        name: "a hash of another query",
        send: { query: "{ me { id } }", extensions: persisted(sha256Hash) },
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message: "PersistedQueryNotSupported",
                extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" },
              },
            ],
          },
        },
      },
    ],
  },
];
