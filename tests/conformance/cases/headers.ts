import type { Case, CaseContext, Section, Send } from "../harness/case.ts";

const clientHeaders = {
  "x-a": "1",
  "x-b": "2",
  "x-tenant-id": "t",
  "x-tenant-name": "n",
  authorization: "Bearer x",
  cookie: "a=b",
};
const request: Send = { query: "{ me { id } }", headers: clientHeaders };

/** What reached the guests subgraph in these headers. */
const reaches = (name: string, expected: Record<string, string | null>, sent: Send = request): Case => ({
  name,
  send: sent,
  expect: { status: 200 },
  check: ({ example, equal }: CaseContext) => {
    for (const [header, value] of Object.entries(expected))
      equal(example.requests[0]?.headers.get(header) ?? null, value, header);
  },
});

const operations = (list: string) => `headers: { all: { request: [${list}] } }`;

export const headers: readonly Section[] = [
  {
    name: "headers by default",
    yaml: "{}",
    cases: [
      reaches("none of the client's reach a subgraph", { "x-a": null, authorization: null, cookie: null }),
      reaches("the router's own", {
        "content-type": "application/json",
        accept: "application/json, application/graphql-response+json",
      }),
    ],
  },
  {
    name: "headers propagated",
    yaml: operations(`
      { propagate: { named: x-a } },
      { propagate: { named: x-b, rename: x-c } },
      { propagate: { named: x-none, default: d } },
      { propagate: { named: x-none-either } },
      { propagate: { matching: "^x-tenant-.*" } },
      { propagate: { named: host } },
      { propagate: { named: content-length } }`),
    cases: [
      reaches("by name", { "x-a": "1" }),
      reaches("under another name", { "x-b": null, "x-c": "2" }),
      reaches("with a default", { "x-none": "d", "x-none-either": null }),
      reaches("by pattern", { "x-tenant-id": "t", "x-tenant-name": "n" }),
      reaches("and no others", { authorization: null, cookie: null }),
      reaches(
        "with the client's value before the default",
        { "x-none": "own" },
        { ...request, headers: { "x-none": "own" } },
      ),
      reaches("empty", { "x-a": "" }, { ...request, headers: { "x-a": "" } }),
    ],
  },
  {
    name: "headers matching everything",
    yaml: operations('{ propagate: { matching: ".*" } }'),
    cases: [
      reaches("without those of the connection", {
        "x-a": "1",
        authorization: "Bearer x",
        cookie: "a=b",
        "content-type": "application/json",
        "accept-encoding": "gzip, br, deflate",
      }),
      {
        name: "with the subgraph's own host and length",
        send: request,
        check: ({ example, equal }) => {
          const received = example.requests[0]!;
          equal(received.headers.get("host"), new URL(example.urls.guests!).host, "host");
          equal(Number(received.headers.get("content-length")), received.bytes, "content-length");
        },
      },
    ],
  },
  {
    name: "headers inserted and removed",
    yaml: `
headers:
  all:
    request:
      - propagate: { named: x-a }
      - propagate: { named: x-b }
      - propagate: { matching: "^x-tenant-.*" }
      - remove: { named: x-b }
      - remove: { matching: "^x-tenant-n.*" }
      - insert: { name: x-static, value: s }
      - insert: { name: x-from-body, path: ".extensions.tenant" }
      - insert: { name: x-from-body-or, path: ".extensions.none", default: d }
  subgraphs:
    restaurants:
      request:
        - insert: { name: x-only-restaurants, value: r }
`,
    cases: [
      reaches("a static one", { "x-static": "s", "x-only-restaurants": null }),
      reaches("removed by name and by pattern", {
        "x-a": "1",
        "x-b": null,
        "x-tenant-name": null,
        "x-tenant-id": "t",
      }),
      reaches("from the body", { "x-from-body": "acme" }, { ...request, extensions: { tenant: "acme" } }),
      reaches("from a body without it", { "x-from-body": null, "x-from-body-or": "d" }),
      reaches(
        "for one subgraph, after those of all",
        { "x-only-restaurants": "r", "x-static": "s" },
        { ...request, query: '{ restaurant(id: "1") { id } }' },
      ),
    ],
  },
  {
    name: "headers renamed twice",
    yaml: operations(
      "{ propagate: { named: x-a, rename: x-one } }, { propagate: { named: x-a, rename: x-two } }, { propagate: { named: x-b, rename: x-one } }",
    ),
    cases: [reaches("the first wins each name", { "x-one": "1", "x-two": "1", "x-a": null })],
  },
];
