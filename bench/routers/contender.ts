/** A router as the bench sees it: how to start it, nothing else. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  readonly launch: (options: LaunchOptions) => Promise<Launch>;
}

export interface LaunchOptions {
  readonly supergraphPath: string;
  readonly configPath: string;
  readonly port: number;
  readonly deduplicate: boolean;
}

export interface Launch {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
}

/** Far above what any scenario takes, so that no router cuts an answer short. */
export const TIMEOUT_SECONDS = 60;
