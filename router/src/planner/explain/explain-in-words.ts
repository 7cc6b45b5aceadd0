import type { ExplainedFetch, FetchPurpose, LostAlternative, PlanExplanation } from "./explain-operation.ts";

/** One paragraph for each fetch: where, why, after what, instead of what. */
export function explainInWords(explanation: PlanExplanation): string {
  const { fetches, isBounded } = explanation;
  if (fetches.length === 0) return "No fetch: the router answers this itself.\n";
  const head = `${summaryOf(explanation)}${isBounded ? " The search met its bound: a cheaper plan may exist." : ""}`;
  return `${[head, ...fetches.map(paragraph)].join("\n\n")}\n`;
}

export function summaryOf({ fetches, requests, depth, cost }: PlanExplanation): string {
  const count = fetches.length === 1 ? "1 fetch" : `${fetches.length} fetches`;
  const sent = requests === fetches.length ? "" : ` in ${requests} requests`;
  return `${count}${sent}, ${depth} one after the other, cost ${cost}.`;
}

function paragraph(fetch: ExplainedFetch): string {
  const { number, subgraph, path, reasons, after, lost } = fetch;
  const lines = [
    `${number}. ${subgraph} at ${path}`,
    ...reasons.map((purpose) => `for ${purpose.fields.join(", ")}${howEntered(purpose)}`),
  ];
  if (after.length > 0) lines.push(`after ${after.join(", ")}`);
  lines.push(...remarks(fetch), ...lost.map((each) => `instead of ${lostText(each)}`));
  return lines.join("\n   ");
}

function howEntered({ key, requires }: FetchPurpose): string {
  if (key === undefined) return " (root)";
  return `, entered by key "${key}"${requires ? ", after what it requires" : ""}`;
}

/** What is unlike other fetches. */
export function remarks({ deferredTo, sentWith, weight }: ExplainedFetch): string[] {
  const cached = `counts as ${weight} of a fetch: the cache mostly answers`;
  return [
    ...(deferredTo === undefined ? [] : [`deferred to ${deferredTo}`]),
    ...(sentWith.length === 0 ? [] : [`sent together with ${sentWith.join(", ")}`]),
    ...(weight < 1 ? [cached] : []),
  ];
}

export function lostText({ subgraph, field, cost }: LostAlternative): string {
  const reason = cost === undefined ? "something below cannot be had from there" : `cost ${cost} alone`;
  return `${subgraph} for ${field}: ${reason}`;
}
