import { InProcessTransport } from "./in-process-transport.ts";
import { describeTransportContract } from "./transport-contract.ts";

describeTransportContract({
  name: "InProcessTransport",
  start: async (handler) => ({
    transport: new InProcessTransport(handler),
    url: new URL("http://orders/graphql"),
    stop: async () => {},
  }),
});
