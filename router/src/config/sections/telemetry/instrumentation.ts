import { section } from "../../schema/compound.ts";
import { logEvents } from "./events.ts";
import { instruments } from "./instruments.ts";
import { spans } from "./spans.ts";

export const instrumentation = section({ spans, instruments, events: logEvents });
