export { type TestHost, testHost } from "./test-host.ts";
