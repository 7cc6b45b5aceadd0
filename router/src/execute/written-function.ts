/**
 * Builds a function from text. In written code every property access has a name of its own, which the engine
 * caches place by place; a loop over names in data has one place for all of them and is several times slower.
 */
export class WrittenFunction {
  private readonly values: unknown[] = [];

  /** Makes a value available to the text and returns its name there. */
  add(value: unknown): string {
    return `$${this.values.push(value) - 1}`;
  }

  /** Names from a schema or an operation may stand in the text only as `quote` writes them. */
  build<Result>(parameters: string, body: string): Result {
    const names = this.values.map((_, index) => `$${index}`);
    const write = new Function(...names, `return function written(${parameters}) {\n${body}\n}`);
    return write(...this.values) as Result;
  }
}

/**
 * To be called at each run: writes for the third and has nothing before. The first run may be the only one, and the
 * second is recorded: while answers stay as they are it is replayed from then on, and would never call what was written.
 */
export function writtenForThirdRun<Result>(write: () => Result): () => Result | undefined {
  let runs = 0;
  let written: Result | undefined;
  return () => {
    if (++runs === 3) written = write();
    return written;
  };
}

export function quote(text: string): string {
  return JSON.stringify(text);
}
