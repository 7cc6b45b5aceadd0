import { prepareRover, type RoverSurroundings } from "./prepare-rover.ts";

export interface RoverResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs real Rover and keeps what it says. */
export async function runRover(
  args: readonly string[],
  { cwd, ...surroundings }: RoverSurroundings & { cwd: string },
): Promise<RoverResult> {
  const { command, environment } = prepareRover(surroundings);
  const child = Bun.spawn([...command, ...args], {
    ...{ cwd, env: environment, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}
