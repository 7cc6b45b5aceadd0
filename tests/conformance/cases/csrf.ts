import type { Section, Send } from "../harness/case.ts";

const query = "{ me { id } }";
const get: Send = { method: "GET", path: `/?query=${encodeURIComponent(query)}` };
const plain = (headers: Record<string, string | null> = {}): Send => ({
  query,
  headers: { "content-type": "text/plain", ...headers },
});

export const csrf: readonly Section[] = [
  {
    name: "csrf by default",
    yaml: "{}",
    cases: [
      {
        name: "GET without a header",
        send: get,
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
      {
        name: "GET with x-apollo-operation-name",
        send: { ...get, headers: { "x-apollo-operation-name": "A" } },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "GET with apollo-require-preflight",
        send: { ...get, headers: { "apollo-require-preflight": "x" } },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "GET with a JSON content type",
        send: { ...get, headers: { "content-type": "application/json" } },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "POST of text/plain",
        send: plain(),
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
      {
        name: "POST of a form",
        send: plain({ "content-type": "application/x-www-form-urlencoded" }),
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
      {
        name: "POST of multipart/form-data",
        send: plain({ "content-type": "multipart/form-data; boundary=x" }),
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
      {
        name: "POST without a content type",
        send: plain({ "content-type": null }),
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
      { name: "POST of JSON", send: { query }, expect: { status: 200, json: { data: { me: { id: "1" } } } } },
    ],
  },
  {
    name: "csrf with an own header",
    yaml: "csrf: { required_headers: [x-own] }",
    cases: [
      {
        name: "GET with it",
        send: { ...get, headers: { "x-own": "1" } },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "GET with another",
        send: { ...get, headers: { "apollo-require-preflight": "1" } },
        expect: {
          status: 400,
          json: {
            errors: [
              {
                message:
                  "This operation has been blocked as a potential Cross-Site Request Forgery (CSRF). Please either specify a 'content-type' header (with a mime-type that is not one of application/x-www-form-urlencoded, multipart/form-data, text/plain) or provide one of the following headers: x-own",
                extensions: { code: "CSRF_ERROR" },
              },
            ],
          },
        },
      },
    ],
  },
  {
    name: "csrf off",
    yaml: "csrf: { unsafe_disabled: true }",
    cases: [
      {
        name: "GET without a header",
        send: get,
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "POST of text/plain has the wrong content type",
        send: plain(),
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
      {
        name: "POST without a content type",
        send: plain({ "content-type": null }),
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
