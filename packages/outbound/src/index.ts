export { type CallOptions, createOutbound, type Outbound, type OutboundOptions } from "./outbound.ts";
export { failureOfStatus, isOutage, ProviderError, type ProviderFailure } from "./provider-error.ts";
export { type JsonRequest, requestJson } from "./request-json.ts";
