import type { Change } from "@graphql-inspector/core";
import { isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import { html } from "hono/html";
import type { StoredTask } from "../checks/tasks.ts";
import type { CheckRow, LaunchRow, routers, VariantRow } from "../db/tables.ts";
import { apiSchema } from "../launch/build.ts";
import { badge, type Markup, table, time } from "./layout.ts";
import type { FieldUse } from "./read-pages.ts";

export function loginPage(error: string | undefined): Markup {
  return html`<p>Log in with a key that may read: <code>npm run registry -- keys create GRAPH READER NAME</code> makes one.</p>
    <form class="login" method="post" action="/login">
      <label>Key <input name="key" type="password" autocomplete="current-password" required autofocus /></label>
      ${error ? html`<p class="error">${error}</p>` : ""}
      <button>Log in</button>
    </form>`;
}

export function variantsPage(rows: readonly VariantRow[], base: string): Markup {
  const lines = rows.map(
    ({ name, servedLaunch, settings }) => html`<tr>
      <td><a href="${base}/variants/${encodeURIComponent(name)}">${name}</a></td>
      <td>${servedLaunch ? html`<a href="${base}/launches/${servedLaunch}">launch ${servedLaunch}</a>` : html`<span class="soft">nothing yet</span>`}</td>
      <td>${settings.contract ? `contract over ${settings.contract.source}` : ""}</td>
    </tr>`,
  );
  return table(["Variant", "Serves", ""], lines, "Nothing was published yet.");
}

export interface VariantFacts {
  variant: VariantRow;
  launches: readonly LaunchRow[];
  checks: readonly CheckRow[];
  routers: readonly (typeof routers.$inferSelect)[];
}

export function variantPage({ variant, launches, checks, routers }: VariantFacts, base: string): Markup {
  const launchLines = launches.map(
    (launch) => html`<tr>
      <td><a href="${base}/launches/${launch.id}">${launch.id}</a></td>
      <td>${launchBadge(launch, variant)}</td>
      <td>${launch.kind.toLowerCase()} ${launch.subject ?? ""}</td>
      <td>${launch.actor}</td>
      <td><code>${(launch.git.commit ?? "").slice(0, 10)}</code></td>
      <td>${time(launch.createdAt)}</td>
    </tr>`,
  );
  const checkLines = checks.map(
    (check) => html`<tr>
      <td><a href="${base}/checks/${check.id}">${check.subgraph ?? "schema"}</a></td>
      <td>${badge(check.status.toLowerCase(), check.status === "PASSED" ? "good" : "bad")}</td>
      <td>${check.actor}</td>
      <td><code>${(check.git.commit ?? "").slice(0, 10)}</code></td>
      <td>${time(check.createdAt)}</td>
    </tr>`,
  );
  const routerLines = routers.map(
    ({ name, launch, seenAt }) =>
      html`<tr><td>${name}</td><td>launch ${launch}</td><td>${time(seenAt)}</td></tr>`,
  );
  return html`<p><a href="${base}/variants/${encodeURIComponent(variant.name)}/fields">Fields and who asks for them</a></p>
    <h2>Launches</h2>
    ${table(["Launch", "", "What", "Who", "Commit", "When"], launchLines, "Nothing was launched yet.")}
    <h2>Checks</h2>
    ${table(["Subgraph", "", "Who", "Commit", "When"], checkLines, "Nothing was checked yet.")}
    <h2>Routers</h2>
    ${table(["Router", "Serves", "Last seen"], routerLines, "No router has told what it serves.")}`;
}

function launchBadge({ id, apiHash }: LaunchRow, { servedLaunch }: VariantRow): Markup {
  if (id === servedLaunch) return badge("served", "good");
  return apiHash === null ? badge("did not compose", "bad") : badge("before", "plain");
}

export function launchPage(launch: LaunchRow, changes: readonly Change[] | undefined): Markup {
  const { kind, subject, actor, git, createdAt, errors, subgraphs } = launch;
  return html`<dl>
      <dt>What</dt><dd>${kind.toLowerCase()} ${subject ?? ""}</dd>
      <dt>Who</dt><dd>${actor}${git.committer ? html` for ${git.committer}` : ""}</dd>
      <dt>When</dt><dd>${time(createdAt)}</dd>
      <dt>Commit</dt><dd><code>${git.commit ?? "unknown"}</code> ${git.branch ? `on ${git.branch}` : ""}</dd>
      ${git.message ? html`<dt>Message</dt><dd>${git.message}</dd>` : ""}
    </dl>
    ${errors.length > 0 ? html`<h2>Why it did not compose</h2><ul>${errors.map(({ message }) => html`<li class="error">${message}</li>`)}</ul>` : ""}
    <h2>What changed for clients</h2>
    ${changes ? changeTable(changes) : html`<p class="empty">${launch.apiHash === null ? "Nothing: it is not served." : "It is the first."}</p>`}
    <h2>Subgraphs</h2>
    ${table(
      ["Subgraph", "URL", "Schema", "Published"],
      (subgraphs ?? []).map(
        ({ name, url, hash, updatedAt }) =>
          html`<tr><td>${name}</td><td>${url ?? ""}</td><td><code>${hash.slice(0, 10)}</code></td><td>${time(updatedAt)}</td></tr>`,
      ),
      "It has no subgraphs.",
    )}`;
}

function changeTable(changes: readonly Change[]): Markup {
  const kinds = { BREAKING: "bad", DANGEROUS: "plain", NON_BREAKING: "good" } as const;
  const lines = changes.map(
    ({ criticality, type, message }) => html`<tr>
      <td>${badge(criticality.level.toLowerCase().replace("_", "-"), kinds[criticality.level])}</td>
      <td><code>${String(type)}</code></td>
      <td>${message}</td>
    </tr>`,
  );
  return table(["", "Code", "Change"], lines, "Nothing.");
}

export function checkPage({ subgraph, variant, actor, git, createdAt, tasks }: CheckRow): Markup {
  return html`<dl>
      <dt>Proposed</dt><dd>${subgraph ?? "the schema"} of ${variant}</dd>
      <dt>Who</dt><dd>${actor}</dd>
      <dt>When</dt><dd>${time(createdAt)}</dd>
      <dt>Commit</dt><dd><code>${git.commit ?? "unknown"}</code> ${git.branch ? `on ${git.branch}` : ""}</dd>
    </dl>
    ${tasks.map((task) => html`<h2>${titles[task.kind]} ${badge(task.status.toLowerCase(), task.status === "PASSED" ? "good" : "bad")}</h2>${taskBody(task)}`)}`;
}

const titles: Readonly<Record<StoredTask["kind"], string>> = {
  composition: "Composition",
  operations: "Operations",
  lint: "Lint",
  budget: "Plans",
  contracts: "Contracts",
};

function taskBody(task: StoredTask): Markup {
  switch (task.kind) {
    case "composition":
      return task.errors.length > 0
        ? html`<ul>${task.errors.map(({ message }) => html`<li class="error">${message}</li>`)}</ul>`
        : html`<p class="empty">${task.isModified ? "It composes, and changes the supergraph." : "It composes, and changes nothing."}</p>`;
    case "operations":
      return html`<p class="soft">${task.checked} operations were asked in the window.</p>
        ${table(
          ["", "Code", "Change", "Who asks for it"],
          task.changes.map(
            ({ severity, code, description, usedBy }) => html`<tr>
              <td>${badge(severity === "FAILURE" ? "breaks" : "fine", severity === "FAILURE" ? "bad" : "good")}</td>
              <td><code>${code}</code></td>
              <td>${description}</td>
              <td>${usedBy.map(({ client, version, count, last, operations }) => html`<div>${client} ${version} · ${count} times · last ${time(last)}<br /><span class="soft">${operations.join(", ")}</span></div>`)}</td>
            </tr>`,
          ),
          "Nothing changes for clients.",
        )}`;
    case "lint":
      return table(
        ["", "Rule", "Where", "What"],
        task.diagnostics.map(
          ({ level, rule, coordinate, message, start }) => html`<tr>
            <td>${badge(level.toLowerCase(), level === "ERROR" ? "bad" : "plain")}</td>
            <td><code>${rule}</code></td>
            <td><code>${coordinate}</code>, line ${start.line}</td>
            <td>${message}</td>
          </tr>`,
        ),
        "Nothing to say.",
      );
    case "budget":
      return html`<p class="soft">The plans of ${task.compared} operations were compared${task.leftOut > 0 ? `; for ${task.leftOut} there was no time` : ""}.</p>
        ${task.orphanedKeys.length > 0 ? html`<p>No longer asked of the entity cache: <code>${task.orphanedKeys.join(", ")}</code></p>` : ""}
        ${task.findings.map(
          ({
            operation,
            level,
            reasons,
            before,
            after,
          }) => html`<h3>${operation} ${badge(level.toLowerCase(), level === "ERROR" ? "bad" : "plain")}</h3>
            <p>${reasons.join("; ")}</p>
            <div class="beside"><div><p class="soft">before</p><pre>${before}</pre></div><div><p class="soft">after</p><pre>${after}</pre></div></div>`,
        )}`;
    case "contracts":
      return table(
        ["Variant", "What would break"],
        task.results.map(
          ({ variant, problems }) =>
            html`<tr><td>${variant}</td><td>${problems.length > 0 ? problems.map((problem) => html`<div class="error">${problem}</div>`) : "nothing"}</td></tr>`,
        ),
        "There is no contract over it.",
      );
  }
}

export function fieldsPage(
  api: string | undefined,
  uses: ReadonlyMap<string, FieldUse>,
  days: number,
): Markup {
  if (api === undefined) return html`<p class="empty">Nothing is served yet.</p>`;
  const most = Math.max(1, ...[...uses.values()].map(({ requests }) => requests));
  const types = Object.values(apiSchema(api).getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const lines = types.flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
    return Object.values(type.getFields()).map((field) => {
      const coordinate = `${type.name}.${field.name}`;
      return fieldLine(coordinate, String(field.type), { use: uses.get(coordinate), most });
    });
  });
  return html`<p class="soft">Of the last ${days} days. What nobody asks for may go.</p>
    ${table(["Field", "Type", "Requests", "Who asks for it", "Last"], lines, "There is no field.")}`;
}

function fieldLine(
  coordinate: string,
  type: string,
  { use, most }: { use: FieldUse | undefined; most: number },
): Markup {
  const width = use ? Math.max(1, Math.round((use.requests / most) * 100)) : 0;
  return html`<tr>
    <td><code>${coordinate}</code></td>
    <td><code>${type}</code></td>
    <td class="number">${use ? html`${use.requests}<svg class="bar" width="${width}" height="7"></svg>` : html`<span class="soft">0</span>`}</td>
    <td>${(use?.clients ?? []).slice(0, 4).map(({ client, version, requests }) => html`<div>${client} ${version} <span class="soft">${requests}</span></div>`)}</td>
    <td>${use ? time(use.last) : ""}</td>
  </tr>`;
}
