/** What a command may touch. Only `main.ts` binds it to the process. */
export interface CommandIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Undefined when there is no such file; throws when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}
