import { FormError } from "../http/form-parts.ts";
import { isJsonContent, readAccept } from "../http/negotiate.ts";
import { openForm } from "../http/open-form.ts";
import { fillPlaces } from "../uploads/file-map.ts";
import { mapBytesMax, Upload } from "../uploads/upload.ts";
import { UploadError, uploadErrors } from "../uploads/upload-error.ts";
import type { UploadLimits } from "../uploads/upload-limits.ts";
import { type Answer, answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Exchange } from "./exchange.ts";
import { type GraphqlRequest, readJsonRequest } from "./read-graphql-request.ts";

/** Reads a form up to the end of its operations; the rest is read when the operation is known to be valid. */
export async function receiveUpload(
  exchange: Exchange,
  limits: UploadLimits,
): Promise<Staged<GraphqlRequest>> {
  const { request, pipeline } = exchange;
  const operationsBytesMax = pipeline.config.limits.httpMaxRequestBytes;
  if (Number(request.headers.get("content-length")) > operationsBytesMax) {
    return answerWith(clientErrors.bodyTooLarge);
  }
  try {
    const form = openForm(request, streamBytesMax(limits, operationsBytesMax));
    const upload = new Upload(form, limits);
    exchange.upload = upload;
    const operations = await inTime(upload.readOperations(operationsBytesMax), limits.operationsTimeoutMs);
    if (operations === "tooSlow") return answerWith(clientErrors.uploadTooSlow);
    const { text, contentType } = operations;
    if (contentType !== undefined && !isJsonContent(contentType))
      return answerWith(clientErrors.badContentType);
    if (!readAccept(request.headers.get("accept"))) return answerWith(clientErrors.badAccept);
    return readJsonRequest(text);
  } catch (error) {
    return answerWith(refuse(error, 400));
  }
}

/** Reads where the files belong and puts a value there that every type but null's takes, as Apollo Router does. */
export async function receiveFileMap(
  upload: Upload,
  { variables }: GraphqlRequest,
): Promise<Staged<undefined>> {
  try {
    fillPlaces(variables, await upload.readMap(), (file) => `<Placeholder for file '${file}'>`);
    return next(undefined);
  } catch (error) {
    return answerWith(refuse(error, 200));
  }
}

/** Everything that the limits allow, with room for heads and boundaries. */
function streamBytesMax({ filesMax, fileBytesMax }: UploadLimits, operationsBytesMax: number): number {
  const partOverheadBytes = 32_768;
  const parts = filesMax + 2;
  return operationsBytesMax + mapBytesMax + filesMax * fileBytesMax + parts * partOverheadBytes;
}

function inTime<T>(work: Promise<T>, timeoutMs: number | undefined): Promise<T | "tooSlow"> {
  if (timeoutMs === undefined) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, timeoutMs, "tooSlow");
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function refuse(error: unknown, status: number): Answer {
  if (error instanceof FormError) {
    if (error.code === "PART_TOO_LARGE") return clientErrors.bodyTooLarge;
    if (error.code === "UNKNOWN_ENCODING") return clientErrors.unknownEncoding;
    return refuse(uploadErrors.invalidForm(error.message), status);
  }
  if (!(error instanceof UploadError)) throw error;
  return { status, errors: [{ message: error.message, extensions: { code: error.code } }] };
}
