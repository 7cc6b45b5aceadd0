import type { Case, Section, Send } from "../harness/case.ts";

const query = "{ me { id } }";
const from = (origin: string): Send => ({ query, headers: { origin } });
const preflight = (origin: string, more: Record<string, string> = {}): Send => ({
  method: "OPTIONS",
  headers: {
    origin,
    accept: "*/*",
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, x-own",
    ...more,
  },
});

const section = (name: string, yaml: string, cases: readonly Case[]): Section => ({ name, yaml, cases });

export const cors: readonly Section[] = [
  section("cors by default", "{}", [
    {
      name: "Studio is known",
      send: from("https://studio.apollographql.com"),
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": "https://studio.apollographql.com",
          "access-control-allow-credentials": null,
          "access-control-allow-methods": null,
          "access-control-allow-headers": null,
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin",
        },
        json: { data: { me: { id: "1" } } },
      },
    },
    {
      name: "a foreign origin",
      send: from("https://evil.example"),
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": null,
          "access-control-allow-credentials": null,
          "access-control-allow-methods": null,
          "access-control-allow-headers": null,
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin",
        },
        json: { data: { me: { id: "1" } } },
      },
    },
    {
      name: "no origin",
      send: { query },
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": null,
          "access-control-allow-credentials": null,
          "access-control-allow-methods": null,
          "access-control-allow-headers": null,
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin",
        },
        json: { data: { me: { id: "1" } } },
      },
    },
    {
      name: "a preflight of Studio",
      send: preflight("https://studio.apollographql.com"),
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": "https://studio.apollographql.com",
          "access-control-allow-credentials": null,
          "access-control-allow-methods": "GET, POST, OPTIONS",
          "access-control-allow-headers": "content-type, x-own",
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin, access-control-request-headers",
        },
        text: "",
      },
    },
    {
      name: "a preflight of a foreign origin",
      send: preflight("https://evil.example"),
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": null,
          "access-control-allow-credentials": null,
          "access-control-allow-methods": "GET, POST, OPTIONS",
          "access-control-allow-headers": "content-type, x-own",
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin, access-control-request-headers",
        },
        text: "",
      },
    },
    {
      name: "a preflight on another path",
      send: { ...preflight("https://studio.apollographql.com"), path: "/elsewhere" },
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": "https://studio.apollographql.com",
          "access-control-allow-credentials": null,
          "access-control-allow-methods": "GET, POST, OPTIONS",
          "access-control-allow-headers": "content-type, x-own",
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin, access-control-request-headers",
        },
        text: "",
      },
    },
    {
      name: "OPTIONS without an origin",
      send: { method: "OPTIONS" },
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": null,
          "access-control-allow-credentials": null,
          "access-control-allow-methods": "GET, POST, OPTIONS",
          "access-control-allow-headers": null,
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin, access-control-request-headers",
        },
        text: "",
      },
    },
    {
      name: "an error answer",
      send: { body: "{", headers: { origin: "https://studio.apollographql.com" } },
      expect: {
        status: 400,
        headers: {
          "access-control-allow-origin": "https://studio.apollographql.com",
          "access-control-allow-credentials": null,
          "access-control-allow-methods": null,
          "access-control-allow-headers": null,
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin",
        },
        json: {
          errors: [
            {
              message: "Invalid GraphQL request",
              code: "INVALID_GRAPHQL_REQUEST",
            },
          ],
        },
      },
    },
  ]),
  section("cors for any origin", "cors: { allow_any_origin: true }", [
    {
      name: "a request",
      send: from("https://a.example"),
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": "*",
          "access-control-allow-credentials": null,
          "access-control-allow-methods": null,
          "access-control-allow-headers": null,
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin",
        },
        json: { data: { me: { id: "1" } } },
      },
    },
    {
      name: "a preflight",
      send: preflight("https://a.example"),
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": "*",
          "access-control-allow-credentials": null,
          "access-control-allow-methods": "GET, POST, OPTIONS",
          "access-control-allow-headers": "content-type, x-own",
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin, access-control-request-headers",
        },
        text: "",
      },
    },
    {
      name: "no origin",
      send: { query },
      expect: {
        status: 200,
        headers: {
          "access-control-allow-origin": null,
          "access-control-allow-credentials": null,
          "access-control-allow-methods": null,
          "access-control-allow-headers": null,
          "access-control-expose-headers": null,
          "access-control-max-age": null,
          vary: "origin",
        },
        json: { data: { me: { id: "1" } } },
      },
    },
  ]),
  section(
    "cors by policies",
    `
cors:
  max_age: 1h
  methods: [GET, POST]
  allow_headers: [content-type]
  policies:
    - origins: ["https://a.example"]
      allow_credentials: true
      expose_headers: [x-total]
      allow_headers: [x-own]
      max_age: 2h
      methods: [POST]
    - match_origins: ["^https://[a-z]+\\\\.b\\\\.example$"]
    - origins: ["https://c.example"]
      methods: []
`,
    [
      {
        name: "a listed origin",
        send: from("https://a.example"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": "https://a.example",
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": null,
            "access-control-allow-headers": null,
            "access-control-expose-headers": "x-total",
            "access-control-max-age": null,
            vary: "origin",
          },
          json: { data: { me: { id: "1" } } },
        },
      },
      {
        name: "a preflight of a listed origin",
        send: preflight("https://a.example"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": "https://a.example",
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "POST",
            "access-control-allow-headers": "x-own",
            "access-control-expose-headers": null,
            "access-control-max-age": "7200",
            vary: "origin, access-control-request-headers",
          },
          text: "",
        },
      },
      {
        name: "a matched origin",
        send: from("https://x.b.example"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": "https://x.b.example",
            "access-control-allow-credentials": null,
            "access-control-allow-methods": null,
            "access-control-allow-headers": null,
            "access-control-expose-headers": null,
            "access-control-max-age": null,
            vary: "origin",
          },
          json: { data: { me: { id: "1" } } },
        },
      },
      {
        name: "a preflight of a matched origin",
        send: preflight("https://x.b.example"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": "https://x.b.example",
            "access-control-allow-credentials": null,
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "content-type",
            "access-control-expose-headers": null,
            "access-control-max-age": "3600",
            vary: "origin, access-control-request-headers",
          },
          text: "",
        },
      },
      {
        name: "an origin that matches only in part",
        send: from("https://x.b.example.evil"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": null,
            "access-control-allow-credentials": null,
            "access-control-allow-methods": null,
            "access-control-allow-headers": null,
            "access-control-expose-headers": null,
            "access-control-max-age": null,
            vary: "origin",
          },
          json: { data: { me: { id: "1" } } },
        },
      },
      {
        name: "a preflight of an origin without methods",
        send: preflight("https://c.example"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": "https://c.example",
            "access-control-allow-credentials": null,
            "access-control-allow-methods": "",
            "access-control-allow-headers": "content-type",
            "access-control-expose-headers": null,
            "access-control-max-age": "3600",
            vary: "origin, access-control-request-headers",
          },
          text: "",
        },
      },
      {
        name: "a preflight of a foreign origin",
        send: preflight("https://evil.example"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": null,
            "access-control-allow-credentials": null,
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "content-type",
            "access-control-expose-headers": null,
            "access-control-max-age": "3600",
            vary: "origin, access-control-request-headers",
          },
          text: "",
        },
      },
      {
        name: "an origin in capitals",
        send: from("https://A.example"),
        expect: {
          status: 200,
          headers: {
            "access-control-allow-origin": null,
            "access-control-allow-credentials": null,
            "access-control-allow-methods": null,
            "access-control-allow-headers": null,
            "access-control-expose-headers": null,
            "access-control-max-age": null,
            vary: "origin",
          },
          json: { data: { me: { id: "1" } } },
        },
      },
    ],
  ),
];
