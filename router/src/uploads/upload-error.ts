/** Something is wrong with the files that a client sends. The message is for the client. */
export class UploadError extends Error {
  constructor(
    readonly code: UploadErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "UploadError";
  }
}

export type UploadErrorCode =
  | "FILE_UPLOADS_OPERATION_CANNOT_STREAM"
  | "FILE_UPLOADS_LIMITS_MAX_FILES_EXCEEDED"
  | "FILE_UPLOADS_LIMITS_MAX_FILE_SIZE_EXCEEDED";

/** Codes and messages are Apollo Router's. */
export const uploadErrors = {
  invalidForm: (problem: string) => malformed(`invalid multipart request: ${problem}`),
  missingOperations: () =>
    malformed("Missing multipart field 'operations', it should be a first field in request body."),
  missingMap: () => malformed("Missing multipart field 'map', it should be a second field in request body."),
  invalidMap: (problem: string) => malformed(`Invalid JSON in the 'map' multipart field: ${problem}`),
  batch: () => malformed("Batched requests are not supported for file uploads."),
  pathOutsideVariables: (path: string) => badPath(path, "it should start with 'variables.'."),
  pathWithoutVariable: (path: string) => badPath(path, "missing name of variable."),
  pathToNothing: (path: string) =>
    badPath(path, "it does not point to a valid value inside 'operations' field."),
  missingFiles: (keys: readonly string[]) =>
    malformed(`Missing files in the request: ${keys.map((key) => `'${key}'`).join(", ")}.`),
  tooManyFiles: (filesMax: number) =>
    new UploadError(
      "FILE_UPLOADS_LIMITS_MAX_FILES_EXCEEDED",
      `Exceeded the limit of ${filesMax} file uploads of files in a single request.`,
    ),
  fileTooLarge: (fileBytesMax: number, name: string) =>
    new UploadError(
      "FILE_UPLOADS_LIMITS_MAX_FILE_SIZE_EXCEEDED",
      `Exceeded the limit of ${writeSize(fileBytesMax)} on '${name}' file.`,
    ),
};

function malformed(message: string): UploadError {
  return new UploadError("FILE_UPLOADS_OPERATION_CANNOT_STREAM", message);
}

function badPath(path: string, problem: string): UploadError {
  return malformed(`Invalid path '${path}' found inside 'map' field, ${problem}`);
}

/** 512000 as `512.0 KB`. */
function writeSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const power = Math.max(1, Math.floor(Math.log(bytes) / Math.log(1_000)));
  return `${(bytes / 1_000 ** power).toFixed(1)} ${"KMGTPE"[power - 1]}B`;
}
