import type { SubgraphSource } from "../world/subgraph-definition.ts";
import { abstractTypes } from "./abstract-types.ts";
import { contexts } from "./contexts.ts";
import { federation1 } from "./federation-1.ts";
import { interfaceObjects } from "./interface-objects.ts";
import { keys } from "./keys.ts";
import { mutations } from "./mutations.ts";
import { overrides } from "./overrides.ts";
import { provides } from "./provides.ts";
import { requires } from "./requires.ts";
import { shared } from "./shared.ts";

export const handwritten: Readonly<Record<string, readonly SubgraphSource[]>> = {
  keys,
  requires,
  provides,
  overrides,
  interfaceObjects,
  shared,
  abstractTypes,
  federation1,
  mutations,
  contexts,
};
