import { expect, test } from "bun:test";
import { graphqlSync } from "graphql";
import { scenarios } from "../scenarios/all.ts";
import { composeSupergraph } from "./graph.ts";

test("every graph of the scenarios composes", () => {
  const graphs = new Map(scenarios.map(({ graph }) => graph()).map((graph) => [graph.name, graph]));
  for (const graph of graphs.values()) {
    expect(composeSupergraph(graph, "http://127.0.0.1:1")).toContain("join__Graph");
  }
});

test("the monolith answers every operation of the scenarios without errors", () => {
  for (const scenario of scenarios) {
    const { monolith: schema, monolithRoot: rootValue } = scenario.graph();
    for (const body of scenario.bodies) {
      const { query, variables } = JSON.parse(body);
      const answer = graphqlSync({ schema, rootValue, source: query, variableValues: variables });
      expect(answer.errors ?? [], `${scenario.name}: ${body}`).toEqual([]);
    }
  }
});

test("scenarios have names of their own, and answers of the sizes that they promise", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  const heavy = scenarios.find(({ name }) => name === "heavy")!;
  const { monolith: schema, monolithRoot: rootValue } = heavy.graph();
  const { query } = JSON.parse(heavy.bodies[0]!);
  const bytes = JSON.stringify(graphqlSync({ schema, rootValue, source: query })).length;
  expect(bytes).toBeGreaterThan(80_000);
  expect(bytes).toBeLessThan(95_000);
});
