const waitMsMax = 20_000;

/** Waits until it holds, for as long as a busy machine may need. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + waitMsMax; !(await holds()); await Bun.sleep(20)) {
    if (Date.now() > deadline) throw new Error(`not within ${waitMsMax} ms: ${holds}`);
  }
}
