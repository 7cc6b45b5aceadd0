import { describeTransportContract } from "../transport-contract.ts";
import { describeTransportFaults } from "../transport-faults.ts";
import { Http1Transport } from "./http1-transport.ts";

describeTransportContract({
  name: "Http1Transport",
  start: async (handler) => {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: handler });
    return {
      transport: new Http1Transport(),
      url: new URL(`http://127.0.0.1:${server.port}/graphql`),
      stop: () => server.stop(true),
    };
  },
});

describeTransportFaults({
  name: "Http1Transport",
  createTransport: () => new Http1Transport(),
  garbageCodes: ["BAD_ANSWER"],
});
