import type { CaseContext, Section } from "../harness/case.ts";

const query = "{ me { id } }";
const page = { method: "GET", headers: { accept: "text/html", "accept-encoding": "identity" } };

const health = (search: string, status: number, body: unknown) => ({
  name: `health${search || " without a question"}`,
  check: async ({ healthUrl, equal }: CaseContext) => {
    const answer = await fetch(healthUrl + search);
    equal(answer.status, status, "status");
    equal(await answer.json(), body, "body");
  },
});

export const server: readonly Section[] = [
  {
    name: "server by default",
    yaml: "{}",
    cases: [
      health("", 200, { status: "UP" }),
      health("?live", 200, { status: "UP" }),
      health("?ready", 200, { status: "UP" }),
      health("?live=true", 200, { status: "UP" }),
      health("?else", 200, { status: "UP" }),
      {
        name: "health by POST and on other paths",
        check: async ({ healthUrl, equal }) => {
          equal((await fetch(healthUrl, { method: "POST" })).status, 200, "POST");
          equal((await fetch(`${healthUrl}/else`)).status, 404, "another path");
        },
      },
      {
        name: "the page",
        send: page,
        expect: { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, text: /<html/i },
      },
      {
        name: "the page for a browser",
        send: {
          ...page,
          headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
        },
        expect: { status: 200, text: /<html/i },
      },
      {
        name: "no page on another path",
        send: { ...page, path: "/elsewhere" },
        expect: { status: 404, headers: { "content-type": null }, text: "" },
      },
      {
        name: "no page for HEAD",
        send: { method: "HEAD", headers: { accept: "text/html" } },
        expect: { status: 400, text: "" },
      },
    ],
  },
  {
    name: "server without a page",
    yaml: "homepage: { enabled: false }",
    cases: [
      {
        name: "GET of the page",
        send: page,
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
    name: "server on a path",
    yaml: "supergraph: { path: /graphql }",
    cases: [
      {
        name: "the path",
        send: { path: "/graphql", query },
        expect: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { id: "1" } } },
        },
      },
      {
        name: "the root",
        send: { query },
        expect: { status: 404, headers: { "content-type": null }, text: "" },
      },
      {
        name: "below the path",
        send: { path: "/graphql/more", query },
        expect: { status: 404, headers: { "content-type": null }, text: "" },
      },
      {
        name: "with a slash at the end",
        send: { path: "/graphql/", query },
        expect: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { id: "1" } } },
        },
      },
    ],
  },
  {
    name: "server on a wild path",
    yaml: "supergraph: { path: '/api/{*rest}' }",
    cases: [
      {
        name: "below",
        send: { path: "/api/a/b", query },
        expect: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { id: "1" } } },
        },
      },
      {
        name: "the start alone",
        send: { path: "/api", query },
        expect: { status: 404, headers: { "content-type": null }, text: "" },
      },
    ],
  },
  {
    name: "server on a path with a parameter",
    yaml: "supergraph: { path: '/{tenant}/graphql' }",
    cases: [
      {
        name: "any value",
        send: { path: "/acme/graphql", query },
        expect: {
          status: 200,
          headers: { "content-type": "application/json" },
          json: { data: { me: { id: "1" } } },
        },
      },
      {
        name: "none",
        send: { path: "/graphql", query },
        expect: { status: 404, headers: { "content-type": null }, text: "" },
      },
    ],
  },
  {
    name: "server with an own health path",
    yaml: "health_check: { path: /health }",
    cases: [health("?live", 200, { status: "UP" })],
  },
];
