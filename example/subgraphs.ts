import type { ExampleSubgraph } from "./subgraph.ts";
import { guestsSubgraph } from "./subgraphs/guests.ts";
import { menusSubgraph } from "./subgraphs/menus.ts";
import { ordersSubgraph } from "./subgraphs/orders.ts";
import { restaurantsSubgraph } from "./subgraphs/restaurants.ts";

export const examplePort = 4100;

export const exampleSubgraphs: readonly ExampleSubgraph[] = [
  restaurantsSubgraph,
  menusSubgraph,
  guestsSubgraph,
  ordersSubgraph,
];
