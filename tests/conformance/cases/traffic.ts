import type { Answer, CaseContext, Section } from "../harness/case.ts";

const query = "{ me { id } }";
const slow = { query: "{ me { id } slow(ms: 900) }" };

const sendTogether = ({ send }: CaseContext, count: number, request: { query: string }): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => send(request)));
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort();

export const traffic: readonly Section[] = [
  {
    name: "router timeout",
    yaml: "traffic_shaping: { router: { timeout: 300ms } }\ninclude_subgraph_errors: { all: true }",
    cases: [
      {
        name: "is a 504",
        send: slow,
        expect: {
          status: 504,
          json: {
            errors: [{ message: "Your request has been timed out", extensions: { code: "GATEWAY_TIMEOUT" } }],
          },
        },
      },
      {
        name: "leaves quick requests alone",
        send: { query },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
    ],
  },
  {
    name: "subgraph timeout",
    yaml: "traffic_shaping: { subgraphs: { restaurants: { timeout: 300ms } } }\ninclude_subgraph_errors: { all: true }",
    cases: [
      {
        name: "gives partial data",
        send: slow,
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, slow: null },
            errors: [
              {
                message: "Your request has been timed out",
                path: [],
                extensions: { code: "GATEWAY_TIMEOUT", service: "restaurants" },
              },
            ],
          },
        },
      },
      {
        name: "gives null alone",
        send: { query: "{ slow(ms: 900) }" },
        expect: {
          status: 200,
          json: {
            data: null,
            errors: [
              {
                message: "Your request has been timed out",
                path: [],
                extensions: { code: "GATEWAY_TIMEOUT", service: "restaurants" },
              },
            ],
          },
        },
      },
    ],
  },
  {
    name: "timeout of all subgraphs",
    yaml: "traffic_shaping: { all: { timeout: 300ms }, subgraphs: { restaurants: { timeout: 2s } } }\ninclude_subgraph_errors: { all: true }",
    cases: [
      {
        name: "yields to a subgraph's own",
        send: slow,
        expect: { status: 200, json: { data: { me: { id: "1" }, slow: "done" } } },
      },
    ],
  },
  {
    name: "subgraph timeout, redacted",
    yaml: "traffic_shaping: { all: { timeout: 300ms } }",
    cases: [
      {
        name: "hides which",
        send: slow,
        expect: {
          status: 200,
          json: {
            data: { me: { id: "1" }, slow: null },
            errors: [{ message: "Subgraph errors redacted", path: [] }],
          },
        },
      },
    ],
  },
  {
    name: "rate limit of the router",
    yaml: "traffic_shaping: { router: { global_rate_limit: { capacity: 1, interval: 60s } } }",
    cases: [
      {
        name: "lets the first through",
        send: { query },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "refuses the next",
        send: { query },
        expect: {
          status: 503,
          json: {
            errors: [
              { message: "Your request has been rate limited", extensions: { code: "REQUEST_RATE_LIMITED" } },
            ],
          },
        },
      },
      {
        name: "refuses before it reads",
        send: { body: "{" },
        expect: {
          status: 503,
          json: {
            errors: [
              { message: "Your request has been rate limited", extensions: { code: "REQUEST_RATE_LIMITED" } },
            ],
          },
        },
      },
    ],
  },
  {
    name: "rate limit of a subgraph",
    yaml: "traffic_shaping: { subgraphs: { guests: { global_rate_limit: { capacity: 1, interval: 60s } } } }\ninclude_subgraph_errors: { all: true }",
    cases: [
      {
        name: "lets the first through",
        send: { query },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
      {
        name: "gives partial data for the next",
        send: { query: "{ me { id } restaurants(first: 1) { id } }" },
        expect: {
          status: 200,
          json: {
            data: { me: null, restaurants: [{ id: "1" }] },
            errors: [
              {
                message: "Your request has been rate limited",
                path: [],
                extensions: { code: "REQUEST_RATE_LIMITED", service: "guests" },
              },
            ],
          },
        },
      },
    ],
  },
  {
    name: "concurrency limit of the router",
    yaml: "traffic_shaping: { router: { concurrency_limit: 1 } }",
    cases: [
      {
        name: "refuses what comes on top",
        check: async (context) => {
          const answers = await sendTogether(context, 3, { query: "{ slow(ms: 400) }" });
          context.equal(statuses(answers), [200, 503, 503], "statuses");
          const refused = answers.find(({ status }) => status === 503);
          context.equal(
            refused?.json?.errors?.[0]?.extensions,
            { code: "REQUEST_CONCURRENCY_LIMITED" },
            "extensions",
          );
        },
      },
      {
        name: "lets the next through",
        send: { query },
        expect: { status: 200, json: { data: { me: { id: "1" } } } },
      },
    ],
  },
  {
    name: "de-duplication",
    yaml: "traffic_shaping: { all: { deduplicate_query: true } }",
    cases: [
      {
        name: "sends equal queries once",
        check: async (context) => {
          const answers = await sendTogether(context, 4, { query: "{ slow(ms: 800) }" });
          context.equal(statuses(answers), [200, 200, 200, 200], "statuses");
          context.equal(context.example.requests.length, 1, "requests to subgraphs");
        },
      },
      {
        name: "sends every mutation",
        check: async (context) => {
          await sendTogether(context, 3, { query: 'mutation { greet(name: "A") }' });
          context.equal(context.example.requests.length, 3, "requests to subgraphs");
        },
      },
    ],
  },
];
