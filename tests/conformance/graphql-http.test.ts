import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { serverAudits } from "graphql-http";
import { type Example, startExample } from "../../example/serve.ts";
import { withRouter } from "./harness/run-section.ts";

/** Warnings that stay, since Apollo Router answers 400 over `application/json` where the audit would like 200. */
const acceptedWarnings: readonly string[] = [
  "warn: SHOULD use 200 status code on document parsing failure when accepting application/json",
  "warn: SHOULD use 200 status code on document validation failure when accepting application/json",
  "warn: SHOULD use a status code of 200 on variable coercion failure when accepting application/json",
];

const yaml = `
supergraph: { introspection: true }
csrf: { unsafe_disabled: true }
`;

describe("the audits of graphql-http", () => {
  let example: Example;
  beforeAll(() => {
    example = startExample({ port: 0 });
  });
  afterAll(() => example.close());

  test("find no error, and no warning but those of Apollo's status codes", async () => {
    const results = await withRouter({ yaml }, { engine: "mycelium", example }, ({ url }) =>
      Promise.all(serverAudits({ url }).map((audit) => audit.fn())),
    );
    const found = results.flatMap((result) =>
      result.status === "ok" ? [] : [`${result.status}: ${result.name}`],
    );
    expect(found.sort()).toEqual([...acceptedWarnings].sort());
    expect(results.length).toBeGreaterThan(50);
  });
});
