import { defineErrors } from "@mycelium/subgraph-kit";

/** What every subgraph that stands on an outside service may answer. */
export const connectorErrors = defineErrors({
  CONNECTOR_NOT_CONFIGURED: {
    status: 409,
    message: ({ connector }: { connector: string }) => `The tenant has no credentials for ${connector}`,
  },
  BAD_SIGNATURE: { status: 401, message: "The signature is missing, wrong or too old" },
});
