import { join } from "node:path";

export const root = join(import.meta.dir, "..");

export interface CommandResult {
  exitCode: number;
  /** Standard output and standard error as one text. */
  output: string;
}

/** Runs a command in the repository's root, shows what it prints and keeps it. */
export async function runCommand(
  command: readonly string[],
  environment: Record<string, string> = {},
): Promise<CommandResult> {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
      ...environment,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const show = async (stream: ReadableStream<Uint8Array>, to: NodeJS.WriteStream) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      output += text;
      to.write(text);
    }
  };
  await Promise.all([show(child.stdout, process.stdout), show(child.stderr, process.stderr)]);
  return { exitCode: await child.exited, output };
}
