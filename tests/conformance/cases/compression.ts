import { deflateSync } from "node:zlib";
import { differences } from "../differences.ts";
import type { CaseContext, Section } from "../harness/case.ts";

const query = "{ restaurants { id name address { street city } tags } guests { id name email } }";
const accepting = (encoding: string) => ({ query, headers: { "accept-encoding": encoding } });
const encoded = (encoding: string | null) => ({ status: 200, headers: { "content-encoding": encoding } });
const bodyOf = () => JSON.stringify({ query: "{ me { id } }" });

const receivedEncoding =
  (encoding: string | null) =>
  ({ example, equal }: CaseContext) =>
    equal(example.requests[0]?.headers.get("content-encoding") ?? null, encoding, "content-encoding");

export const compression: readonly Section[] = [
  {
    name: "compression",
    yaml: "include_subgraph_errors: { all: true }",
    cases: [
      { name: "none asked for", send: accepting("identity"), expect: encoded(null) },
      { name: "gzip", send: accepting("gzip"), expect: encoded("gzip") },
      { name: "brotli", send: accepting("br"), expect: encoded("br") },
      { name: "deflate", send: accepting("deflate"), expect: encoded("deflate") },
      { name: "zstd", send: accepting("zstd"), expect: encoded("zstd") },
      { name: "what browsers send", send: accepting("gzip, deflate, br"), expect: encoded("gzip") },
      { name: "an unknown one", send: accepting("rot13"), expect: encoded(null) },
      {
        name: "preference by q",
        send: accepting("gzip;q=0.1, br;q=0.9"),
        expect: encoded("gzip"),
        differs: { why: differences.encodingQuality, apollo: encoded(null) },
      },
      { name: "gzip refused", send: accepting("gzip;q=0"), expect: encoded(null) },
      {
        name: "of an error",
        send: { body: "{", headers: { "accept-encoding": "gzip" } },
        expect: { status: 400, headers: { "content-encoding": "gzip" } },
      },
      {
        name: "a request in gzip",
        send: { body: Bun.gzipSync(bodyOf()), headers: { "content-encoding": "gzip" } },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "a request in deflate",
        send: {
          body: new Uint8Array(deflateSync(bodyOf())),
          headers: { "content-encoding": "deflate" },
        },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "a request in an unknown encoding",
        send: { body: bodyOf(), headers: { "content-encoding": "rot13" } },
        expect: { status: 415, text: "" },
      },
      {
        name: "a request that only says gzip",
        send: { body: bodyOf(), headers: { "content-encoding": "gzip" } },
        expect: { status: 400, json: { errors: [{ code: "INVALID_GRAPHQL_REQUEST" }] } },
        differs: {
          why: differences.brokenEncoding,
          apollo: {
            status: 500,
            json: {
              errors: [{ message: "internal server error", extensions: { code: "INTERNAL_SERVER_ERROR" } }],
            },
          },
        },
      },
      {
        name: "a subgraph answers in gzip",
        send: { query: "{ me { id } }" },
        faults: {
          guests: () =>
            new Response(Bun.gzipSync('{"data":{"me":{"id":"1"}}}'), {
              headers: { "content-type": "application/json", "content-encoding": "gzip" },
            }),
        },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "a subgraph only says gzip",
        send: { query: "{ me { id } }" },
        faults: {
          guests: () =>
            new Response('{"data":{"me":{"id":"1"}}}', {
              headers: { "content-type": "application/json", "content-encoding": "gzip" },
            }),
        },
        expect: {
          status: 200,
          json: {
            data: null,
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
      { name: "a subgraph gets plain JSON", send: { query: "{ me { id } }" }, check: receivedEncoding(null) },
    ],
  },
  {
    name: "compression to a subgraph",
    yaml: "traffic_shaping: { all: { compression: gzip } }",
    cases: [
      {
        name: "gzip",
        send: { query: "{ me { id } }" },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
        check: receivedEncoding("gzip"),
      },
    ],
  },
];
