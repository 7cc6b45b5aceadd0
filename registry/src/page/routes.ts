import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import { type Access, accessOf } from "../api/access.ts";
import type { RegistryApp, RegistryParts } from "../app.ts";
import { may } from "../caller.ts";
import { findCheck } from "../checks/find-check.ts";
import { variants } from "../db/tables.ts";
import { authenticate } from "../keys/authenticate.ts";
import { changesOf } from "../launch/changes-of.ts";
import { readDocument } from "../launch/documents.ts";
import { findLaunch, findVariant, listLaunches } from "../launch/launches.ts";
import { layout, type Markup, style } from "./layout.ts";
import { checkPage, fieldsPage, launchPage, loginPage, variantPage, variantsPage } from "./pages.ts";
import { listChecks, listedMax, listRouters, usesByField } from "./read-pages.ts";

const cookieName = "registry-key";
const daysShown = 30;
const daySeconds = 86_400;

interface Page {
  title: string;
  /** Beneath the graph. */
  crumbs?: readonly [name: string, path: string][];
  body: Markup;
}

/** For people, in a browser. Nothing can be changed here: for that there is Rover and the command line. */
export function addPages(app: RegistryApp, parts: RegistryParts): void {
  app.get("/style.css", (context) => context.text(String(style), 200, { "content-type": "text/css" }));
  app.get("/login", (context) => show(context, layout("Log in", [], loginPage(undefined))));
  app.post("/login", async (context) => {
    const { key } = await context.req.parseBody();
    const caller = await authenticate(parts.database, typeof key === "string" ? key.trim() : undefined);
    if (!caller || !may(caller, "read")) {
      return show(context, layout("Log in", [], loginPage("This key is unknown, or may not read.")), 401);
    }
    setCookie(context, cookieName, String(key).trim(), {
      ...{ httpOnly: true, sameSite: "Strict", path: "/", maxAge: daySeconds },
      secure: parts.publicUrl.startsWith("https:"),
    });
    return context.redirect("/", 303);
  });
  app.post("/logout", (context) => {
    deleteCookie(context, cookieName, { path: "/" });
    return context.redirect("/login", 303);
  });

  const enter = async (context: Context): Promise<Access | undefined> => {
    const caller = await authenticate(parts.database, getCookie(context, cookieName));
    return caller && may(caller, "read") ? accessOf(caller, parts) : undefined;
  };
  app.get("/", async (context) => {
    const access = await enter(context);
    return context.redirect(access ? `/graphs/${access.caller.graphId}` : "/login", 303);
  });

  /** A page beneath a graph, for those who may see it. */
  const page = (
    path: string,
    write: (access: Access, given: Record<string, string>) => Promise<Page | undefined>,
  ) =>
    app.get(`/graphs/:graph${path}`, async (context) => {
      const access = await enter(context);
      if (!access) return context.redirect("/login", 303);
      const { graphId } = access.caller;
      const given: Record<string, string> = context.req.param();
      const found = given.graph === graphId ? await write(access, given) : undefined;
      if (!found) return show(context, layout("Not found", [[graphId, `/graphs/${graphId}`]], nothing), 404);
      const crumbs: [string, string][] = [[graphId, `/graphs/${graphId}`], ...(found.crumbs ?? [])];
      return show(context, layout(found.title, crumbs, found.body));
    });

  page("", async (access) => {
    const rows = await access.read((tx) => tx.select().from(variants).orderBy(variants.name));
    return { title: access.caller.graphId, body: variantsPage(rows, baseOf(access)) };
  });
  page("/variants/:variant", (access, { variant: name = "" }) =>
    access.read(async (tx) => {
      const variant = await findVariant(tx, name);
      if (!variant) return undefined;
      const [launches, checked, seen] = [
        await listLaunches(tx, name, listedMax),
        await listChecks(tx, name),
        await listRouters(tx, name),
      ];
      const facts = { variant, launches, checks: checked, routers: seen };
      return { title: name, body: variantPage(facts, baseOf(access)) };
    }),
  );
  page("/variants/:variant/fields", (access, { variant: name = "" }) =>
    access.read(async (tx) => {
      const variant = await findVariant(tx, name);
      if (!variant) return undefined;
      const api = await readDocument(tx, (await findLaunch(tx, variant.servedLaunch))?.apiHash ?? null);
      const body = fieldsPage(api, await usesByField(tx, name, daysShown), daysShown);
      return { title: `Fields of ${name}`, crumbs: [crumbOf(access, name)], body };
    }),
  );
  page("/launches/:id", (access, { id = "" }) =>
    access.read(async (tx) => {
      const launch = await findLaunch(tx, /^\d{1,15}$/.test(id) ? Number(id) : null);
      if (!launch) return undefined;
      const body = launchPage(launch, await changesOf(tx, launch));
      return { title: `Launch ${launch.id}`, crumbs: [crumbOf(access, launch.variant)], body };
    }),
  );
  page("/checks/:id", async (access, { id = "" }) => {
    const row = await access.read((tx) => findCheck(tx, id));
    return (
      row && {
        title: `Check of ${row.subgraph ?? "the schema"}`,
        crumbs: [crumbOf(access, row.variant)],
        body: checkPage(row),
      }
    );
  });
}

const nothing = html`<p class="empty">There is nothing here.</p>`;

function baseOf({ caller }: Access): string {
  return `/graphs/${caller.graphId}`;
}

function crumbOf(access: Access, variant: string): [string, string] {
  return [variant, `${baseOf(access)}/variants/${encodeURIComponent(variant)}`];
}

async function show(context: Context, markup: Markup, status: 200 | 401 | 404 = 200): Promise<Response> {
  return context.html(await markup, status, {
    "content-security-policy":
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
}
