export interface Loop extends AsyncDisposable {
  /** Takes the next turn at once; one that runs is followed by another. */
  wake(): void;
  /** Waits for the turn that runs. */
  close(): Promise<void>;
}

export interface LoopOptions {
  turn(): Promise<void>;
  /** Between turns when nothing wakes it. */
  pauseMs: number;
  onError(error: unknown): void;
  close?(): Promise<void>;
}

/** Turns one after the other, never two at once, until it is closed. */
export function startLoop({ turn, pauseMs, onError, close = async () => {} }: LoopOptions): Loop {
  let closed = false;
  let woken = false;
  let endPause: () => void = () => {};

  const running = (async () => {
    while (!closed) {
      woken = false;
      try {
        await turn();
      } catch (error) {
        onError(error);
      }
      if (!woken && !closed) await pause();
    }
  })();

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function wake(): void {
    woken = true;
    endPause();
  }

  async function stop(): Promise<void> {
    closed = true;
    endPause();
    await running;
    await close();
  }

  return { wake, close: stop, [Symbol.asyncDispose]: stop };
}
