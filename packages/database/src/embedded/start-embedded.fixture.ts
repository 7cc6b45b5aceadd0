import { startEmbedded } from "./start-embedded.ts";

/** A process of its own for the test that kills it. */
await startEmbedded({ folder: process.argv[2] ?? "", port: 0 });
console.log("up");
setInterval(() => {}, 1_000);
