import { startFromTerminal } from "../start/main.ts";

process.exit(await startFromTerminal(process.env));
