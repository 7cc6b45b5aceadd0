import type { Fault } from "../../../example/serve.ts";
import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

const query = "{ me { id } restaurants(first: 1) { id } }";
const entity = '{ restaurant(id: "1") { name menuNote } }';
const text =
  (body: string, status = 200, type = "application/json"): Fault =>
  () =>
    new Response(body, { status, headers: { "content-type": type } });

const guestsAnswer = (body: string, status?: number, type?: string) => ({
  faults: { guests: text(body, status, type) },
  send: { query },
});

export const faults: Section = {
  name: "faults",
  yaml: "include_subgraph_errors: { all: true }\noverride_subgraph_url: { orders: 'http://127.0.0.1:1/' }",
  cases: [
    {
      name: "a subgraph that is not there",
      send: { query: "{ me { id } orders { id } }" },
      expect: {
        status: 200,
        json: {
          data: null,
          errors: [
            {
              message: /^HTTP fetch failed from 'orders': /,
              path: [],
              code: "SUBREQUEST_HTTP_ERROR",
            },
          ],
          extensions: {
            valueCompletion: [{ message: "Cannot return null for non-nullable type Order", path: [] }],
          },
        },
      },
    },
    {
      name: "a subgraph that is not there, for nullable fields",
      send: { query: '{ me { id } order(id: "100") { id } }' },
      expect: {
        status: 200,
        json: {
          data: { me: { id: "1" }, order: null },
          errors: [
            {
              message: /^HTTP fetch failed from 'orders': /,
              path: [],
              code: "SUBREQUEST_HTTP_ERROR",
            },
          ],
        },
      },
    },
    {
      name: "a subgraph that is not there, alone",
      send: { query: '{ order(id: "100") { id } }' },
      expect: {
        status: 200,
        json: {
          data: null,
          errors: [
            {
              message: /^HTTP fetch failed from 'orders': /,
              path: [],
              code: "SUBREQUEST_HTTP_ERROR",
            },
          ],
        },
      },
    },
    {
      name: "a subgraph that is not there, for entities",
      send: { query: "{ guests { id orders { id } } }" },
      expect: {
        status: 200,
        json: {
          data: { guests: [null, null, null] },
          errors: [
            {
              message: /^HTTP fetch failed from 'orders': /,
              path: ["guests", 0],
              code: "SUBREQUEST_HTTP_ERROR",
            },
            {
              message: /^HTTP fetch failed from 'orders': /,
              path: ["guests", 1],
              code: "SUBREQUEST_HTTP_ERROR",
            },
            {
              message: /^HTTP fetch failed from 'orders': /,
              path: ["guests", 2],
              code: "SUBREQUEST_HTTP_ERROR",
            },
          ],
          extensions: {
            valueCompletion: [
              { message: "Cannot return null for non-nullable type Order", path: ["guests", 0] },
              { message: "Cannot return null for non-nullable type Order", path: ["guests", 1] },
              { message: "Cannot return null for non-nullable type Order", path: ["guests", 2] },
            ],
          },
        },
      },
    },
    {
      name: "an entity's subgraph that is not there, nullable all the way",
      send: { query: "{ me { id favourite { id ordered } } }" },
      expect: {
        status: 200,
        json: {
          data: { me: { id: "1", favourite: null } },
          errors: [
            {
              message: /^HTTP fetch failed from 'orders': /,
              path: ["me", "favourite"],
              code: "SUBREQUEST_HTTP_ERROR",
            },
          ],
          extensions: {
            valueCompletion: [
              { message: "Cannot return null for non-nullable type Int", path: ["me", "favourite"] },
            ],
          },
        },
      },
    },
    {
      name: "HTTP 500 without GraphQL",
      ...guestsAnswer("oops", 500, "text/plain"),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "HTTP fetch failed from 'guests': 500: Internal Server Error",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason: "500: Internal Server Error",
                http: { status: 500 },
              },
            },
            {
              message:
                "HTTP fetch failed from 'guests': subgraph response contains unsupported content-type: text/plain; expected content-type: application/json or content-type: application/graphql-response+json",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason:
                  "subgraph response contains unsupported content-type: text/plain; expected content-type: application/json or content-type: application/graphql-response+json",
                http: { status: 500 },
              },
            },
          ],
        },
      },
    },
    {
      name: "HTTP 500 with JSON that is not GraphQL",
      ...guestsAnswer('{"oops":1}', 500),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "HTTP fetch failed from 'guests': 500: Internal Server Error",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason: "500: Internal Server Error",
                http: { status: 500 },
              },
            },
            {
              message: /^service 'guests' response was malformed: /,
              path: [],
              code: "SUBREQUEST_MALFORMED_RESPONSE",
            },
          ],
        },
      },
    },
    {
      name: "HTTP 404 with a page",
      ...guestsAnswer("<h1>Not found</h1>", 404, "text/html"),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "HTTP fetch failed from 'guests': 404: Not Found",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason: "404: Not Found",
                http: { status: 404 },
              },
            },
            {
              message:
                "HTTP fetch failed from 'guests': subgraph response contains unsupported content-type: text/html; expected content-type: application/json or content-type: application/graphql-response+json",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason:
                  "subgraph response contains unsupported content-type: text/html; expected content-type: application/json or content-type: application/graphql-response+json",
                http: { status: 404 },
              },
            },
          ],
        },
      },
    },
    {
      name: "HTTP 500 with data",
      ...guestsAnswer('{"data":{"me":{"id":"1"}}}', 500),
      expect: {
        status: 200,
        json: {
          data: { me: { id: "1" }, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "HTTP fetch failed from 'guests': 500: Internal Server Error",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason: "500: Internal Server Error",
                http: { status: 500 },
              },
            },
          ],
        },
      },
    },
    {
      name: "HTTP 400 with GraphQL errors",
      ...guestsAnswer('{"errors":[{"message":"bad","extensions":{"code":"BAD"}}]}', 400),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "HTTP fetch failed from 'guests': 400: Bad Request",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason: "400: Bad Request",
                http: { status: 400 },
              },
            },
            { message: "bad", path: [], extensions: { code: "BAD", service: "guests" } },
          ],
        },
      },
    },
    {
      name: "HTTP 401 with GraphQL errors as graphql-response",
      ...guestsAnswer('{"errors":[{"message":"who are you"}]}', 401, "application/graphql-response+json"),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "HTTP fetch failed from 'guests': 401: Unauthorized",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason: "401: Unauthorized",
                http: { status: 401 },
              },
            },
            { message: "who are you", path: [], extensions: { service: "guests" } },
          ],
        },
      },
    },
    {
      name: "malformed JSON",
      ...guestsAnswer('{"data":'),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: /^service 'guests' response was malformed: /,
              path: [],
              code: "SUBREQUEST_MALFORMED_RESPONSE",
            },
          ],
        },
      },
    },
    {
      name: "an empty answer",
      ...guestsAnswer(""),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: /^service 'guests' response was malformed: /,
              path: [],
              code: "SUBREQUEST_MALFORMED_RESPONSE",
            },
          ],
        },
      },
    },
    {
      name: "a JSON list",
      ...guestsAnswer("[]"),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: /^service 'guests' response was malformed: /,
              path: [],
              code: "SUBREQUEST_MALFORMED_RESPONSE",
            },
          ],
        },
      },
    },
    {
      name: "an empty object",
      ...guestsAnswer("{}"),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: /^service 'guests' response was malformed: /,
              path: [],
              code: "SUBREQUEST_MALFORMED_RESPONSE",
            },
          ],
        },
      },
    },
    {
      name: "data that is a text",
      ...guestsAnswer('{"data":"x"}'),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [{ path: [], code: "SUBREQUEST_MALFORMED_RESPONSE" }],
        },
      },
      differs: { why: differences.garbageData, apollo: { status: 200 } },
    },
    {
      name: "null data without errors",
      ...guestsAnswer('{"data":null}'),
      expect: { status: 200, json: { data: { me: null, restaurants: [{ id: "1" }] } } },
    },
    {
      name: "null data with errors",
      ...guestsAnswer('{"data":null,"errors":[{"message":"no"}]}'),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [{ message: "no", path: [], extensions: { service: "guests" } }],
        },
      },
    },
    {
      name: "errors that are a text",
      ...guestsAnswer('{"data":{"me":{"id":"1"}},"errors":"x"}'),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: /^service 'guests' response was malformed: /,
              path: [],
              code: "SUBREQUEST_MALFORMED_RESPONSE",
            },
          ],
        },
      },
    },
    {
      name: "an error without a message",
      ...guestsAnswer('{"data":{"me":null},"errors":[{"path":["me"]}]}'),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: /^service 'guests' response was malformed: /,
              path: [],
              code: "SUBREQUEST_MALFORMED_RESPONSE",
            },
          ],
        },
      },
    },
    {
      name: "an empty list of errors",
      ...guestsAnswer('{"data":{"me":{"id":"1"}},"errors":[]}'),
      expect: { status: 200, json: { data: { me: { id: "1" }, restaurants: [{ id: "1" }] } } },
    },
    {
      name: "text/html with JSON in it",
      ...guestsAnswer('{"data":{"me":{"id":"1"}}}', 200, "text/html"),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message:
                "HTTP fetch failed from 'guests': subgraph response contains unsupported content-type: text/html; expected content-type: application/json or content-type: application/graphql-response+json",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason:
                  "subgraph response contains unsupported content-type: text/html; expected content-type: application/json or content-type: application/graphql-response+json",
                http: { status: 200 },
              },
            },
          ],
        },
      },
    },
    {
      name: "application/graphql-response+json",
      ...guestsAnswer('{"data":{"me":{"id":"1"}}}', 200, "application/graphql-response+json"),
      expect: { status: 200, json: { data: { me: { id: "1" }, restaurants: [{ id: "1" }] } } },
    },
    {
      name: "no content type",
      send: { query },
      faults: { guests: () => new Response(new TextEncoder().encode('{"data":{"me":{"id":"1"}}}')) },
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message:
                "HTTP fetch failed from 'guests': subgraph response contains unsupported content-type: application/octet-stream; expected content-type: application/json or content-type: application/graphql-response+json",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason:
                  "subgraph response contains unsupported content-type: application/octet-stream; expected content-type: application/json or content-type: application/graphql-response+json",
                http: { status: 200 },
              },
            },
          ],
        },
      },
    },
    {
      name: "a redirect",
      send: { query },
      faults: { guests: () => new Response(null, { status: 302, headers: { location: "/restaurants" } }) },
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "HTTP fetch failed from 'guests': 302: Found",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason: "302: Found",
                http: { status: 302 },
              },
            },
            {
              message:
                "HTTP fetch failed from 'guests': subgraph response does not contain 'content-type' header; expected content-type: application/json or content-type: application/graphql-response+json",
              path: [],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "guests",
                reason:
                  "subgraph response does not contain 'content-type' header; expected content-type: application/json or content-type: application/graphql-response+json",
                http: { status: 302 },
              },
            },
          ],
        },
      },
    },
    {
      name: "an error with locations and a path",
      ...guestsAnswer(
        '{"data":{"me":null},"errors":[{"message":"no","locations":[{"line":1,"column":2}],"path":["me"]}]}',
      ),
      expect: {
        status: 200,
        json: {
          data: { me: null, restaurants: [{ id: "1" }] },
          errors: [
            {
              message: "no",
              locations: [{ line: 1, column: 2 }],
              path: ["me"],
              extensions: { service: "guests" },
            },
          ],
        },
      },
    },
    {
      name: "entities that are not a list",
      send: { query: entity },
      faults: { menus: text('{"data":{"_entities":{}}}') },
      expect: { status: 200, json: { data: { restaurant: { name: "Da Enzo", menuNote: null } } } },
    },
    {
      name: "no entities at all",
      send: { query: entity },
      faults: { menus: text('{"data":{}}') },
      expect: { status: 200, json: { data: { restaurant: { name: "Da Enzo", menuNote: null } } } },
    },
    {
      name: "an entity error without a path",
      send: { query: "{ restaurants(first: 2) { name menuNote } }" },
      faults: { menus: text('{"data":{"_entities":[null,null]},"errors":[{"message":"no"}]}') },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { name: "Da Enzo", menuNote: null },
              { name: "Sakana", menuNote: null },
            ],
          },
          errors: [
            { message: "no", path: ["restaurants", 0], extensions: { service: "menus" } },
            { message: "no", path: ["restaurants", 1], extensions: { service: "menus" } },
          ],
        },
      },
    },
    {
      name: "an entity error with a path",
      send: { query: "{ restaurants(first: 2) { name menuNote } }" },
      faults: {
        menus: text(
          '{"data":{"_entities":[{"menuNote":"a"},{"menuNote":null}]},"errors":[{"message":"no","path":["_entities",1,"menuNote"]}]}',
        ),
      },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { name: "Da Enzo", menuNote: "a" },
              { name: "Sakana", menuNote: null },
            ],
          },
          errors: [{ message: "no", path: ["restaurants", 1, "menuNote"], extensions: { service: "menus" } }],
        },
      },
    },
    {
      name: "entities behind HTTP 503",
      send: { query: "{ restaurants(first: 2) { name menuNote } }" },
      faults: { menus: text("busy", 503, "text/plain") },
      expect: {
        status: 200,
        json: {
          data: {
            restaurants: [
              { name: "Da Enzo", menuNote: null },
              { name: "Sakana", menuNote: null },
            ],
          },
          errors: [
            {
              message: "HTTP fetch failed from 'menus': 503: Service Unavailable",
              path: ["restaurants", 0],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "menus",
                reason: "503: Service Unavailable",
                http: { status: 503 },
              },
            },
            {
              message: "HTTP fetch failed from 'menus': 503: Service Unavailable",
              path: ["restaurants", 1],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "menus",
                reason: "503: Service Unavailable",
                http: { status: 503 },
              },
            },
            {
              message:
                "HTTP fetch failed from 'menus': subgraph response contains unsupported content-type: text/plain; expected content-type: application/json or content-type: application/graphql-response+json",
              path: ["restaurants", 0],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "menus",
                reason:
                  "subgraph response contains unsupported content-type: text/plain; expected content-type: application/json or content-type: application/graphql-response+json",
                http: { status: 503 },
              },
            },
            {
              message:
                "HTTP fetch failed from 'menus': subgraph response contains unsupported content-type: text/plain; expected content-type: application/json or content-type: application/graphql-response+json",
              path: ["restaurants", 1],
              extensions: {
                code: "SUBREQUEST_HTTP_ERROR",
                service: "menus",
                reason:
                  "subgraph response contains unsupported content-type: text/plain; expected content-type: application/json or content-type: application/graphql-response+json",
                http: { status: 503 },
              },
            },
          ],
        },
      },
    },
  ],
};
