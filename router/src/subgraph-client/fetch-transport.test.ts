import { FetchTransport } from "./fetch-transport.ts";
import { describeTransportContract } from "./transport-contract.ts";
import { describeTransportFaults } from "./transport-faults.ts";

describeTransportContract({
  name: "FetchTransport",
  start: async (handler) => {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: handler });
    return {
      transport: new FetchTransport(),
      url: new URL(`http://127.0.0.1:${server.port}/graphql`),
      stop: () => server.stop(true),
    };
  },
});

describeTransportFaults({
  name: "FetchTransport",
  createTransport: () => new FetchTransport(),
  // Bun waits for more when the first line is not HTTP's.
  garbageCodes: ["BAD_ANSWER", "TIMED_OUT"],
});
