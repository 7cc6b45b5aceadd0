import { differences } from "../differences.ts";
import type { Section, Send } from "../harness/case.ts";

const one = "mutation($file: Upload!) { uploadPhoto(file: $file) { name bytes } }";
const two = "mutation($files: [Upload!]!) { uploadPhotos(files: $files) { name bytes } }";
const inTurn = `mutation($a: Upload!, $b: Upload!) {
  a: uploadPhoto(file: $a) { name } renameDish(id: "none", name: "") { id } b: uploadPhoto(file: $b) { name }
}`;
const preflight = { "apollo-require-preflight": "1" };

function form(operations: unknown, map: unknown, files: Record<string, File>): FormData {
  const data = new FormData();
  if (operations !== undefined) data.set("operations", JSON.stringify(operations));
  if (map !== undefined) data.set("map", JSON.stringify(map));
  for (const [name, file] of Object.entries(files)) data.set(name, file);
  return data;
}

const file = (name: string, bytes: number) => new File(["x".repeat(bytes)], name, { type: "image/png" });
const upload = (body: FormData): Send => ({ body, headers: preflight });
const single = { query: one, variables: { file: null } };

export const uploads: readonly Section[] = [
  {
    name: "uploads",
    yaml: `
include_subgraph_errors: { all: true }
preview_file_uploads:
  enabled: true
  protocols: { multipart: { enabled: true, mode: stream, limits: { max_file_size: 1kb, max_files: 2 } } }
`,
    cases: [
      {
        name: "one file",
        send: upload(form(single, { 0: ["variables.file"] }, { 0: file("a.png", 12) })),
        expect: { status: 200, json: { data: { uploadPhoto: { name: "a.png", bytes: 12 } } } },
      },
      {
        name: "two files",
        send: upload(
          form(
            { query: two, variables: { files: [null, null] } },
            { 0: ["variables.files.0"], 1: ["variables.files.1"] },
            { 0: file("a.png", 3), 1: file("b.png", 4) },
          ),
        ),
        expect: {
          status: 200,
          json: {
            data: {
              uploadPhotos: [
                { name: "a.png", bytes: 3 },
                { name: "b.png", bytes: 4 },
              ],
            },
          },
        },
      },
      {
        name: "files needed in another order than they come",
        send: upload(
          form(
            { query: inTurn, variables: { a: null, b: null } },
            { 0: ["variables.b"], 1: ["variables.a"] },
            { 0: file("b.png", 3), 1: file("a.png", 4) },
          ),
        ),
        expect: {
          status: 200,
          json: { data: { a: { name: "a.png" }, renameDish: null, b: { name: "b.png" } } },
        },
        differs: {
          why: differences.uploads,
          apollo: { status: 200, json: { errors: [{ code: "FILE_UPLOADS_OPERATION_CANNOT_STREAM" }] } },
        },
      },
      {
        name: "too many files",
        send: upload(
          form(
            { query: two, variables: { files: [null, null, null] } },
            { 0: ["variables.files.0"], 1: ["variables.files.1"], 2: ["variables.files.2"] },
            { 0: file("a", 1), 1: file("b", 1), 2: file("c", 1) },
          ),
        ),
        expect: {
          status: 200,
          json: {
            errors: [
              {
                message: "Exceeded the limit of 2 file uploads of files in a single request.",
                extensions: { code: "FILE_UPLOADS_LIMITS_MAX_FILES_EXCEEDED" },
              },
            ],
          },
        },
      },
      {
        name: "a file too large",
        send: upload(form(single, { 0: ["variables.file"] }, { 0: file("a.png", 3000) })),
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message:
                  /^HTTP fetch failed from 'guests': .*Exceeded the limit of 1\.0 KB on 'a\.png' file\.$/,
                path: [],
                code: "SUBREQUEST_HTTP_ERROR",
              },
            ],
          },
        },
      },
      {
        name: "no map",
        send: upload(form(single, undefined, { 0: file("a.png", 1) })),
        expect: {
          status: 200,
          json: {
            errors: [
              {
                message: "Missing multipart field 'map', it should be a second field in request body.",
                extensions: { code: "FILE_UPLOADS_OPERATION_CANNOT_STREAM" },
              },
            ],
          },
        },
      },
      {
        name: "no operations",
        send: upload(form(undefined, { 0: ["variables.file"] }, { 0: file("a.png", 1) })),
        expect: {
          status: 400,
          json: {
            errors: [
              {
                message: "Missing multipart field 'operations', it should be a first field in request body.",
                extensions: { code: "FILE_UPLOADS_OPERATION_CANNOT_STREAM" },
              },
            ],
          },
        },
      },
      {
        name: "a file that is not there",
        send: upload(form(single, { 0: ["variables.file"] }, {})),
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message: /^HTTP fetch failed from 'guests': .*Missing files in the request: '0'\.$/,
                path: [],
                code: "SUBREQUEST_HTTP_ERROR",
              },
            ],
          },
        },
      },
      {
        name: "a path that is not a variable",
        send: upload(form(single, { 0: ["query"] }, { 0: file("a.png", 1) })),
        expect: {
          status: 200,
          json: {
            errors: [
              {
                message: "Invalid path 'query' found inside 'map' field, it should start with 'variables.'.",
                extensions: { code: "FILE_UPLOADS_OPERATION_CANNOT_STREAM" },
              },
            ],
          },
        },
      },
      {
        name: "without a CSRF header",
        send: { body: form(single, { 0: ["variables.file"] }, { 0: file("a.png", 1) }) },
        expect: {
          status: 400,
          json: {
            errors: [
              {
                message:
                  "This operation has been blocked as a potential Cross-Site Request Forgery (CSRF). Please either specify a 'content-type' header (with a mime-type that is not one of application/x-www-form-urlencoded, multipart/form-data, text/plain) or provide one of the following headers: x-apollo-operation-name, apollo-require-preflight",
                extensions: { code: "CSRF_ERROR" },
              },
            ],
          },
        },
      },
    ],
  },
  {
    name: "uploads off",
    yaml: "{}",
    cases: [
      {
        name: "are a wrong content type",
        send: upload(form(single, { 0: ["variables.file"] }, { 0: file("a.png", 1) })),
        expect: {
          status: 415,
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
  },
];
