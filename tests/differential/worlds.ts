import { handwritten } from "./schemas/index.ts";
import { buildWorld, type World } from "./world/world.ts";

/** Handwritten supergraphs first, then as many generated ones as it takes. */
export function* worlds(of: { count: number; seed: number; only: string | undefined }): Generator<World> {
  let made = 0;
  for (const [name, sources] of Object.entries(handwritten)) {
    if (made >= of.count) return;
    if (of.only && of.only !== name) continue;
    made++;
    yield buildWorld(name, sources);
  }
}
