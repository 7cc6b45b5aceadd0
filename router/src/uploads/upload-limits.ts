import type { PreviewFileUploadsConfig } from "../config/sections/preview-file-uploads.ts";

export interface UploadLimits {
  filesMax: number;
  fileBytesMax: number;
  /** How long the operations may take to arrive; files are not meant. */
  operationsTimeoutMs: number | undefined;
}

/** Undefined while files are not taken. */
export function readUploadLimits(config: PreviewFileUploadsConfig): UploadLimits | undefined {
  if (config?.enabled !== true || !config.protocols.multipart.enabled) return undefined;
  const { limits } = config.protocols.multipart;
  return {
    filesMax: limits?.maxFiles ?? 5,
    fileBytesMax: limits?.maxFileSizeBytes ?? 1_000_000,
    operationsTimeoutMs: limits?.operationBodyTimeoutMs,
  };
}
