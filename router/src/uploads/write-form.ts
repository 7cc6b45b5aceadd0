import { placesIn } from "./file-map.ts";
import type { Upload, UploadedFile } from "./upload.ts";

/** What a subgraph gets in place of JSON. */
export interface SubgraphForm {
  contentType: string;
  body: Uint8Array;
}

/** Where a call's variables hold files: reads these, and writes the form. Undefined for any other call. */
export function formFor(
  upload: Upload,
  call: { variables: readonly string[]; body: string },
): Promise<SubgraphForm> | undefined {
  const pathsByFile = placesIn(upload.map, call.variables);
  if (pathsByFile.size === 0) return undefined;
  return upload
    .readFiles([...pathsByFile.keys()])
    .then((files) => writeForm({ operations: call.body, pathsByFile, files }));
}

interface FormContent {
  operations: string;
  pathsByFile: ReadonlyMap<string, readonly string[]>;
  /** In the map's order. */
  files: readonly UploadedFile[];
}

/** Operations, map, and the files with the headers that they came with. */
export function writeForm({ operations, pathsByFile, files }: FormContent): SubgraphForm {
  const boundary = crypto.randomUUID();
  const open = `--${boundary}\r\n`;
  const map = JSON.stringify(Object.fromEntries(pathsByFile));
  const pieces: Uint8Array[] = [
    Buffer.from(
      `${open}content-disposition: form-data; name="operations"\r\n\r\n${operations}\r\n` +
        `${open}content-disposition: form-data; name="map"\r\n\r\n${map}\r\n`,
    ),
  ];
  for (const { head, bytes } of files) {
    const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    pieces.push(Buffer.from(`${open}${lines}\r\n`, "latin1"), bytes, lineBreak);
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(pieces) };
}

const lineBreak = Buffer.from("\r\n");
