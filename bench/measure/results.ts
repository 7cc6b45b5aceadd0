export interface Round {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMsPerRequest: number;
  readonly subgraphCpuMsPerRequest: number;
  readonly fetchesPerRequest: number;
  readonly requests: number;
  readonly failures: number;
}

export interface RouterResult {
  readonly router: string;
  readonly version: string;
  readonly firstAnswerMs: number;
  readonly answerBytes: number;
  readonly residentBeforeMb: number;
  readonly residentAfterMb: number;
  readonly residentPeakMb: number;
  readonly rounds: readonly Round[];
}

export interface NotRun {
  readonly router: string;
  readonly reason: string;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly title: string;
  readonly connections: number;
  readonly results: readonly RouterResult[];
  readonly notRun: readonly NotRun[];
}

export interface StartResult {
  readonly router: string;
  readonly firstAnswersMs: readonly number[];
  readonly residentMb: number;
  readonly failure?: string;
}
