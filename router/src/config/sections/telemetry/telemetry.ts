import { section } from "../../schema/compound.ts";
import { apolloTelemetry } from "./apollo.ts";
import { exporters } from "./exporters.ts";
import { instrumentation } from "./instrumentation.ts";

export const telemetrySection = section({ apollo: apolloTelemetry, exporters, instrumentation });
