import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

/** What reached a subgraph, in the order of arrival. */
export interface ReceivedCall {
  subgraph: string;
  headers: Headers;
  operations: { query?: string; variables?: Record<string, unknown>; operationName?: string };
  /** Undefined where the request was plain JSON. */
  map: Record<string, string[]> | undefined;
  files: Record<string, { name: string; type: string; text: string }>;
}

export interface UploadsGraph extends AsyncDisposable {
  supergraphSdl: string;
  calls: ReceivedCall[];
}

const common = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type File @key(fields: "id") { id: ID! filename: String body: String mimetype: String }
`;

const schemas = {
  uploads: `${common}
    scalar Upload
    input NestedUpload { file: Upload, files: [Upload!], note: String }
    type Query { ready: Boolean digest(file: Upload!): String }
    type Mutation {
      singleUpload(file: Upload): File
      singleUploadNonNull(file: Upload!): File
      multiUpload(files: [Upload!]!): [File!]!
      nestedUpload(nested: NestedUpload): [File!]!
      note(text: String): String
    }
  `,
  archive: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    scalar Upload
    type Query { archived: Boolean }
    type File @key(fields: "id") { id: ID! keptFor(days: Int): String }
    type Mutation { archive(file: Upload): String }
  `,
};

/** Two subgraphs that read files, on ports of their own, and the supergraph over them. */
export function serveUploadsGraph(): UploadsGraph {
  const calls: ReceivedCall[] = [];
  const servers = Object.keys(schemas).map((name) => ({
    name,
    server: Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        const call = await readCall(name, request);
        calls.push(call);
        return Response.json({ data: answer(call) });
      },
    }),
  }));
  const composed = composeServices(
    servers.map(({ name, server }) => ({
      name,
      url: `http://127.0.0.1:${server.port}/graphql`,
      typeDefs: parse(schemas[name as keyof typeof schemas]),
    })),
  );
  if (!composed.supergraphSdl) throw new Error(JSON.stringify(composed.errors));
  return {
    supergraphSdl: composed.supergraphSdl,
    calls,
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(({ server }) => server.stop(true)));
    },
  };
}

async function readCall(subgraph: string, request: Request): Promise<ReceivedCall> {
  const { headers } = request;
  if (headers.get("content-type")?.startsWith("multipart/form-data") !== true) {
    return { subgraph, headers, operations: JSON.parse(await request.text()), map: undefined, files: {} };
  }
  const form = await request.formData();
  const [operations, map, ...parts] = [...form];
  if (operations?.[0] !== "operations" || map?.[0] !== "map") throw new Error("parts out of order");
  const files: ReceivedCall["files"] = {};
  for (const [key, file] of parts) {
    files[key] =
      typeof file === "string"
        ? { name: "", type: "", text: file }
        : { name: file.name, type: file.type, text: await file.text() };
  }
  return {
    subgraph,
    headers,
    operations: JSON.parse(String(operations[1])),
    map: JSON.parse(String(map[1])),
    files,
  };
}

/** Answers every root field of the operation by its alias, which is all that these tests ask for. */
function answer({ operations, files }: ReceivedCall): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const uploaded = Object.entries(files).map(([id, { name, type, text }]) => ({
    __typename: "File",
    id,
    filename: name,
    mimetype: type,
    body: text,
  }));
  for (const [, alias, field] of (operations.query ?? "").matchAll(/(?:(\w+)\s*:\s*)?\b(\w+)\s*\(/g)) {
    const key = alias ?? field!;
    if (field === "_entities") data[key] = [{ __typename: "File", keptFor: "7 days" }];
    else if (field === "digest" || field === "archive" || field === "note") {
      data[key] = uploaded.map(({ body }) => body).join(" ");
    } else if (field === "multiUpload" || field === "nestedUpload") data[key] = uploaded;
    else if (field?.startsWith("single")) data[key] = uploaded[0] ?? null;
  }
  return data;
}
