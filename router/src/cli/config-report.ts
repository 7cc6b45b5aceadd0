import type { KeyReport, KeyState } from "../config/schema/check.ts";

const stateNames: Readonly<Record<KeyState, string>> = {
  supported: "supported",
  ignored: "without effect",
  refused: "refused",
};

/** Every key of a file and what becomes of it here, for someone who moves over. */
export function printConfigReport(keys: readonly KeyReport[]): string {
  const rows = keys.map(({ position, path, state, note }) => [
    String(position?.line ?? ""),
    path,
    stateNames[state],
    note,
  ]);
  const counts = Object.entries(stateNames).map(([state, name]) => {
    return `${keys.filter((key) => key.state === state).length} ${name}`;
  });
  return `${printTable([["LINE", "KEY", "HERE", "WHY"], ...rows])}\n${counts.join(", ")}\n`;
}

function printTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
