/** A configured path: exact, with `:name` or `{name}` for one step, `*` or `{*name}` at the end for all that follows. */
export interface PathPattern {
  exact: string | undefined;
  steps: readonly string[];
  open: boolean;
}

export function parsePathPattern(path: string): PathPattern {
  const text = path.replace(/(\*|\{\*\w+\})$/, "");
  const open = text !== path;
  const steps = text.split("/").filter((step) => step !== "");
  const exact = open || steps.some(isPlaceholder) ? undefined : path;
  return { exact, steps, open };
}

export function matchPath({ exact, steps, open }: PathPattern, path: string): boolean {
  if (exact !== undefined) return path === exact || path === `${exact}/`;
  const given = path.split("/").filter((step) => step !== "");
  if (open ? given.length <= steps.length && steps.length > 0 : given.length !== steps.length) return false;
  return steps.every((step, index) => isPlaceholder(step) || step === given[index]);
}

function isPlaceholder(step: string): boolean {
  return step.startsWith(":") || (step.startsWith("{") && step.endsWith("}"));
}
