import { differences } from "../differences.ts";
import type { Section } from "../harness/case.ts";

const differs = { why: differences.licensedGuards };
const query = "{ me { name } }";

interface Payload {
  version: number;
  stage: string;
  control: unknown;
  id: string;
  headers?: Record<string, string[]>;
  context?: { entries: Record<string, unknown> };
}

const told: Payload[] = [];

/** Says no to who asks for it, and gives everybody else a header. */
const coprocessor = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  async fetch(request) {
    const payload = (await request.json()) as Payload;
    told.push(payload);
    if (payload.headers?.["x-break"]) {
      const body = { errors: [{ message: "not you", extensions: { code: "ERR_NOT_YOU" } }] };
      return Response.json({ ...payload, control: { break: 403 }, body });
    }
    if (payload.headers?.["x-fail"]) return new Response("broken", { status: 500 });
    const headers = { ...payload.headers, "x-added": ["one"] };
    return Response.json({ ...payload, headers });
  },
});
coprocessor.unref();

/** What Apollo Router says is read from its documentation: coprocessors need a licence there. */
export const coprocessors: Section = {
  name: "coprocessor",
  yaml: `coprocessor:
  url: ${coprocessor.url}
  router: { request: { headers: true }, response: { headers: true } }`,
  cases: [
    {
      name: "is told in Apollo's form, and adds a header to the answer",
      send: { query },
      expect: { status: 200, headers: { "x-added": "one" }, json: { data: { me: { name: "Ada" } } } },
      differs,
      check({ equal, ok }) {
        const [request, response] = told.slice(-2);
        equal(
          [request?.version, request?.stage, request?.control],
          [1, "RouterRequest", "continue"],
          "the request",
        );
        equal([response?.version, response?.stage], [1, "RouterResponse"], "the response");
        ok(request?.id !== undefined && request.id === response?.id, "both have the id of the request");
      },
    },
    {
      name: "answers in the router's place",
      send: { query, headers: { "x-break": "yes" } },
      expect: { status: 403, json: { errors: [{ message: "not you", code: "ERR_NOT_YOU" }] } },
      differs,
    },
    {
      name: "that fails, fails the request",
      send: { query, headers: { "x-fail": "yes" } },
      expect: { status: 500 },
      differs,
    },
  ],
};
