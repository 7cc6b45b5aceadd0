import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences } from "../differences.ts";
import type { Case, Expected, Section, Send } from "../harness/case.ts";

const differs = { why: differences.licensedGuards };
const folder = mkdtempSync(join(tmpdir(), "mycelium-manifest-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const path = join(folder, "manifest.json");
const listed = "query Me { me { name } }";
const operations = [{ id: "me-1", name: "Me", type: "query", body: listed }];
writeFileSync(path, JSON.stringify({ format: "apollo-persisted-query-manifest", version: 1, operations }));

const keys = `enabled: true, local_manifests: ["${path}"]`;
const data = { me: { name: "Ada" } };
const answered: Expected = { status: 200, json: { data } };
const byId = (id: string, more: Send = {}): Send => ({
  ...more,
  extensions: { persistedQuery: { version: 1, sha256Hash: id } },
});
const withoutApq = "apq: { enabled: false }";

function of(name: string, send: Send, expect: Expected): Case {
  return { name, send, expect, differs };
}

function refused(status: number, code: string, message: string): Expected {
  return { status, json: { errors: [{ message, code }] } };
}

/** What Apollo Router says is read from its documentation and source: lists need a licence there. */
export const persistedQueries: readonly Section[] = [
  {
    name: "persisted queries",
    yaml: `persisted_queries: { ${keys} }\n${withoutApq}`,
    cases: [
      of("one of the list by its id", byId("me-1"), answered),
      of("an operation of one's own", { query: "{ me { name } }" }, answered),
      of(
        "an id that is in no list",
        byId("me-2"),
        refused(
          404,
          "PERSISTED_QUERY_NOT_IN_LIST",
          "Persisted query 'me-2' not found in the persisted query list",
        ),
      ),
      of(
        "an id and an operation",
        byId("me-1", { query: listed }),
        refused(
          400,
          "CANNOT_SEND_PQ_ID_AND_BODY",
          "Sending a persisted query ID and a body in the same request is disallowed",
        ),
      ),
    ],
  },
  {
    name: "persisted queries alone",
    yaml: `persisted_queries: { ${keys}, safelist: { enabled: true } }\n${withoutApq}`,
    cases: [
      of("one of the list by its id", byId("me-1"), answered),
      of("one of the list as it is written", { query: listed }, answered),
      of("one of the list, written otherwise", { query: "query  Me{me{name}}" }, answered),
      of(
        "another operation",
        { query: "{ me { id } }" },
        refused(
          403,
          "QUERY_NOT_IN_SAFELIST",
          "The operation body was not found in the persisted query safelist",
        ),
      ),
    ],
  },
  {
    name: "persisted queries by id alone",
    yaml: `persisted_queries: { ${keys}, safelist: { enabled: true, require_id: true } }\n${withoutApq}`,
    cases: [
      of("one of the list by its id", byId("me-1"), answered),
      of(
        "one of the list as it is written",
        { query: listed },
        refused(
          400,
          "PERSISTED_QUERY_ID_REQUIRED",
          "This endpoint does not allow freeform GraphQL requests; operations must be sent by ID in the persisted queries GraphQL extension.",
        ),
      ),
    ],
  },
];
