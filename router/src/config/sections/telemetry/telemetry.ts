import { section } from "../../schema/compound.ts";
import type { Infer } from "../../schema/schema.ts";
import { apolloTelemetry } from "./apollo.ts";
import { exporters } from "./exporters.ts";
import { instrumentation } from "./instrumentation.ts";

export const telemetrySection = section({ apollo: apolloTelemetry, exporters, instrumentation });

export type TelemetryConfig = Infer<typeof telemetrySection>;
