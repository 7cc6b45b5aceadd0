import { section } from "../schema/compound.ts";
import { boolean, text } from "../schema/scalar.ts";

export const homepageSection = section({
  enabled: boolean().default(true).describe("Whether a browser that opens the endpoint sees a landing page."),
  graph_ref: text().optional().describe("Shown on the landing page."),
});
