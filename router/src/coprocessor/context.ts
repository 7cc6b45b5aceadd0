import { isJsonObject, type JsonValue } from "../json.ts";

/** Which of the request's context a coprocessor gets. */
export type ContextChoice = boolean | "all" | "deprecated" | { readonly selective: readonly string[] };

export interface SentContext {
  entries: Record<string, unknown>;
  /** Under the names of today. */
  keys: ReadonlySet<string>;
}

export function selectContext(
  context: ReadonlyMap<string, unknown>,
  choice: ContextChoice,
): SentContext | undefined {
  if (choice === false) return undefined;
  const entries: Record<string, unknown> = {};
  const keys = new Set<string>();
  const selected = typeof choice === "object" ? new Set(choice.selective) : undefined;
  for (const [key, value] of context) {
    if (selected?.has(key) === false) continue;
    keys.add(key);
    entries[usesOldNames(choice) ? (oldNames.get(key) ?? key) : key] = value;
  }
  return { entries, keys };
}

/** What comes back is written down; at a response, what was sent and does not come back is taken out. */
export function takeContext(
  context: Map<string, unknown>,
  returned: JsonValue | undefined,
  { choice, sent }: { choice: ContextChoice; sent: SentContext | undefined },
): void {
  if (!isJsonObject(returned)) return;
  const entries = isJsonObject(returned.entries) ? returned.entries : {};
  const keys = new Set<string>();
  for (const [name, value] of Object.entries(entries)) {
    const key = usesOldNames(choice) ? (newNames.get(name) ?? name) : name;
    keys.add(key);
    context.set(key, value);
  }
  for (const key of sent?.keys ?? []) {
    if (!keys.has(key)) context.delete(key);
  }
}

function usesOldNames(choice: ContextChoice): boolean {
  return choice === true || choice === "deprecated";
}

/** Names of today with those of Apollo Router 1. */
const oldNames: ReadonlyMap<string, string> = new Map([
  ["apollo::supergraph::operation_name", "operation_name"],
  ["apollo::supergraph::operation_kind", "operation_kind"],
  ["apollo::authentication::jwt_claims", "apollo_authentication::JWT::claims"],
  ["apollo::authorization::authentication_required", "apollo_authorization::authenticated::required"],
  ["apollo::authorization::required_scopes", "apollo_authorization::scopes::required"],
  ["apollo::authorization::required_policies", "apollo_authorization::policies::required"],
  ["apollo::supergraph::operation_id", "apollo_operation_id"],
  ["apollo::progressive_override::unresolved_labels", "apollo_override::unresolved_labels"],
  ["apollo::progressive_override::labels_to_override", "apollo_override::labels_to_override"],
  ["apollo::supergraph::first_event", "apollo_router::supergraph::first_event"],
  ["apollo::telemetry::client_name", "apollo_telemetry::client_name"],
  ["apollo::telemetry::client_version", "apollo_telemetry::client_version"],
  ["apollo::telemetry::studio_exclude", "apollo_telemetry::studio::exclude"],
  ["apollo::telemetry::subgraph_ftv1", "apollo_telemetry::subgraph_ftv1"],
  ["apollo::demand_control::estimated_cost", "cost.estimated"],
  ["apollo::demand_control::actual_cost", "cost.actual"],
  ["apollo::demand_control::result", "cost.result"],
  ["apollo::demand_control::strategy", "cost.strategy"],
  ["apollo::expose_query_plan::enabled", "experimental::expose_query_plan.enabled"],
  ["apollo::expose_query_plan::formatted_plan", "experimental::expose_query_plan.formatted_plan"],
  ["apollo::expose_query_plan::plan", "experimental::expose_query_plan.plan"],
  ["apollo::apq::cache_hit", "persisted_query_hit"],
  ["apollo::apq::registered", "persisted_query_register"],
]);

const newNames: ReadonlyMap<string, string> = new Map([...oldNames].map(([key, old]) => [old, key]));
