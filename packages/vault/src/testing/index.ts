export { startTransitServer, type TransitServer } from "./transit-server.ts";
