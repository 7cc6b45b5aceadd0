import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { Glob } from "bun";
import { buildSchema, isObjectType, parse } from "graphql";
import { codegen } from "../scripts/codegen.ts";

const names = [...new Glob("*/schema.graphql").scanSync(import.meta.dir)]
  .map((path) => path.split("/")[0]!)
  .sort();
const read = (name: string) => readFileSync(join(import.meta.dir, name, "schema.graphql"), "utf8");

describe("the subgraphs", () => {
  test("compose into one graph", () => {
    const services = names.map((name) => ({
      name,
      typeDefs: parse(read(name)),
      url: `http://${name}/graphql`,
    }));
    const result = composeServices(services);
    expect(compositionHasErrors(result) ? result.errors.map(({ message }) => message) : []).toEqual([]);
    const publicSdl = compositionHasErrors(result) ? "" : result.publicSdl;
    // Composition takes a subgraph's object type of this name for the root, without a word.
    const subscription = buildSchema(publicSdl).getSubscriptionType();
    expect(isObjectType(subscription) ? Object.keys(subscription.getFields()) : []).not.toContain("id");
  });

  test("have types that are current (npm run codegen)", () => {
    expect(codegen({ check: true })).toEqual([]);
  });

  test.each(names)("%s is built as the others are", (name) => {
    const missing = ["src/app.ts", "src/main.ts", "src/resolvers.ts", "src/db/tables.ts"].filter(
      (file) => !existsSync(join(import.meta.dir, name, file)),
    );
    expect(missing).toEqual([]);
  });
});
