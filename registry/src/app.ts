import { graphqlServer } from "@hono/graphql-server";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type Access, accessOf } from "./api/access.ts";
import { executableSchema } from "./api/executable-schema.ts";
import { RegistryApi } from "./api/registry-api.ts";
import { RegistryError, type RegistryErrorCode } from "./caller.ts";
import type { RegistryDatabase } from "./database.ts";
import { addDelivery } from "./deliver/routes.ts";
import { authenticate } from "./keys/authenticate.ts";
import { addPages } from "./page/routes.ts";
import { addUsage } from "./usage/routes.ts";

export interface RegistryParts {
  database: RegistryDatabase;
  /** Where people and Rover find it, without a slash at its end. */
  publicUrl: string;
  log(fault: unknown): void;
}

export type RegistryEnvironment = { Variables: { access: Access } };
export type RegistryApp = Hono<RegistryEnvironment>;

const badKey = "Invalid credentials: the key is unknown or was taken back";
const bodyBytesMax = 20_000_000;

const statuses: Readonly<Record<RegistryErrorCode, 400 | 403 | 404 | 413>> = {
  BAD_INPUT: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
};

/** What Rover, routers and people ask. */
export function createRegistry(parts: RegistryParts): RegistryApp {
  const { database, log } = parts;
  const app: RegistryApp = new Hono();
  app.use(
    bodyLimit({
      maxSize: bodyBytesMax,
      onError: (context) => refuse(context, 413, "The request is too large"),
    }),
  );
  app.onError((error, context) => {
    if (error instanceof RegistryError) return refuse(context, statuses[error.code], error.message);
    log(error);
    return refuse(context, 500, "The registry failed: its log says why");
  });
  app.get("/health", async (context) => {
    await database.ping();
    return context.json({ status: "UP" });
  });
  const requireKey = async (context: Context<RegistryEnvironment>, next: () => Promise<void>) => {
    const caller = await authenticate(database, keyOf(context));
    // Rover would ask again and again after a 401.
    if (!caller) return refuse(context, context.req.path === "/graphql" ? 200 : 401, badKey);
    context.set("access", accessOf(caller, parts));
    return next();
  };
  app.use("/graphql", requireKey);
  app.use(
    "/graphql",
    graphqlServer({
      schema: executableSchema(log),
      rootResolver: (context: Context<RegistryEnvironment>) => new RegistryApi(context.get("access")),
    }),
  );
  addDelivery(app, requireKey);
  addUsage(app, requireKey);
  addPages(app, parts);
  return app;
}

/** As Rover and routers send it, or as the password of a URL. */
function keyOf({ req }: Context<RegistryEnvironment>): string | undefined {
  const authorization = req.header("authorization") ?? "";
  const [scheme = "", value = ""] = authorization.split(" ");
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() === "basic")
    return Buffer.from(value, "base64")
      .toString()
      .replace(/^[^:]*:/, "");
  return req.header("x-api-key");
}

/** In the words of GraphQL, which Rover shows. */
function refuse(
  context: Context,
  status: 200 | 400 | 401 | 403 | 404 | 413 | 500,
  message: string,
): Response {
  return context.json({ data: null, errors: [{ message }] }, status);
}
