import { object } from "../../schema/compound.ts";
import { text } from "../../schema/scalar.ts";

/** How the router proves itself to a server, and which servers it believes. */
export const tlsClient = object({
  certificate_authorities: text().optional().describe("PEM; in place of the system's authorities."),
  client_authentication: object({
    certificate_chain: text().describe("PEM."),
    key: text().describe("PEM."),
  })
    .optional()
    .describe("The certificate that the router shows."),
});
