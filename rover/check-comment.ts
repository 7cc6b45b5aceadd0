/** What Rover's `subgraph check --format json` says, as far as a pull request is told of it. */
export interface CheckOutcome {
  subgraph: string;
  passed: boolean;
  answer: {
    data?: { tasks?: Tasks };
    error?: { message?: string; details?: { build_errors?: { message?: string }[] } };
  };
}

interface Tasks {
  operations?: {
    target_url?: string | null;
    operation_check_count?: number;
    changes?: { severity: string; code: string; description: string }[];
  };
  lint?: { diagnostics?: { level: string; coordinate: string; message: string }[] };
}

const linesMax = 50;

/** The text of a pull request's comment, in Markdown. */
export function writeComment(ref: string, outcomes: readonly CheckOutcome[]): string {
  const passed = outcomes.every((outcome) => outcome.passed);
  const parts = outcomes.map(describe).filter((text) => text !== "");
  const body = parts.length > 0 ? parts : ["Nothing changes for clients."];
  return [`### Schema check against \`${ref}\`: ${passed ? "passed" : "failed"}`, ...body, ""].join("\n\n");
}

function describe({ subgraph, passed, answer }: CheckOutcome): string {
  const { operations, lint } = answer.data?.tasks ?? {};
  const { changes = [], target_url: url } = operations ?? {};
  const { diagnostics = [] } = lint ?? {};
  const problems = (answer.error?.details?.build_errors ?? []).map(
    ({ message = "" }) => `- ${inLine(message)}`,
  );
  const lines = [
    ...changes.map(
      ({ severity, code, description }) => `| ${mark(severity)} | \`${code}\` | ${inCell(description)} |`,
    ),
    ...diagnostics.map(
      ({ level, coordinate, message }) => `| ${mark(level)} | \`${coordinate}\` | ${inCell(message)} |`,
    ),
  ];
  if (passed && lines.length === 0) return "";
  const said = answer.error?.message && problems.length === 0 ? [inLine(answer.error.message)] : [];
  const more = lines.length > linesMax ? [`and ${lines.length - linesMax} more`] : [];
  const rows = lines.length > 0 ? [["| | | |", "|---|---|---|", ...lines.slice(0, linesMax)].join("\n")] : [];
  const link = url ? [`[All of it](${url})`] : [];
  return [
    `**${subgraph}**: ${passed ? "passed" : "failed"}`,
    ...said,
    ...problems,
    ...rows,
    ...more,
    ...link,
  ].join("\n\n");
}

function mark(severity: string): string {
  return severity === "FAIL" || severity === "ERROR" ? "breaks" : severity === "WARNING" ? "note" : "fine";
}

function inCell(text: string): string {
  return inLine(text).replaceAll("|", "\\|");
}

function inLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
