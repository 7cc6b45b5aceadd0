import { join } from "node:path";
import { type BenchGraph, composeSupergraph } from "../graphs/graph.ts";
import { type Origin, startOrigin } from "../subgraphs/origin.ts";
import { type Replay, startReplay } from "../subgraphs/replay.ts";

export interface TestBed extends AsyncDisposable {
  readonly graph: BenchGraph;
  readonly supergraphPath: string;
  readonly workspace: string;
  readonly origin: Origin;
  readonly replay: Replay;
}

/** The subgraphs of a graph, running, and the supergraph file that points at them. */
export async function startTestBed(graph: BenchGraph, workspace: string): Promise<TestBed> {
  const origin = startOrigin(graph);
  const replay = await startReplay(origin.address);
  const supergraphPath = join(workspace, `${graph.name}-${replay.pid}.graphql`);
  await Bun.write(supergraphPath, composeSupergraph(graph, replay.url));
  return {
    graph,
    supergraphPath,
    workspace,
    origin,
    replay,
    [Symbol.asyncDispose]: async () => {
      await replay[Symbol.asyncDispose]();
      origin[Symbol.dispose]();
    },
  };
}
