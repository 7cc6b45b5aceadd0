import { list, section } from "../schema/compound.ts";
import { boolean, headerName } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

export const csrfSection = section({
  unsafe_disabled: boolean()
    .default(false)
    .describe("Turns the protection off. Only for a router that no browser reaches."),
  required_headers: list(headerName())
    .default(["x-apollo-operation-name", "apollo-require-preflight"])
    .describe("A simple request must carry one of these, which no foreign page can send unasked."),
});

export type CsrfConfig = Infer<typeof csrfSection>;
