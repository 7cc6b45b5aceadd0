/** Counted from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  /** Absent for what no line of the file says, such as a command line override. */
  readonly position: Position | undefined;
  /** For example `cors.policies[0].origins`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export function printProblem(problem: Problem, fileName: string): string {
  const place = problem.position
    ? `${fileName}:${problem.position.line}:${problem.position.column}`
    : fileName;
  return problem.path === ""
    ? `${place}: ${problem.message}`
    : `${place}: ${problem.path}: ${problem.message}`;
}

export function inFileOrder<Placed extends Pick<Problem, "position">>(problems: readonly Placed[]): Placed[] {
  return problems.toSorted(
    (one, other) =>
      (one.position?.line ?? 0) - (other.position?.line ?? 0) ||
      (one.position?.column ?? 0) - (other.position?.column ?? 0),
  );
}

export function pathOfKey(path: string, key: string): string {
  const simple = /^[\w$-]+$/.test(key);
  if (!simple) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === "" ? key : `${path}.${key}`;
}

export function pathOfIndex(path: string, index: number): string {
  return `${path}[${index}]`;
}
