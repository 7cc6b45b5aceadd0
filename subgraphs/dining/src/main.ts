import { runAlone } from "@mycelium/host";
import { createApp, name } from "./app.ts";

await runAlone({ name, port: 4009, createApp, environment: process.env });
