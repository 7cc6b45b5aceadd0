import { html, raw } from "hono/html";

export type Markup = ReturnType<typeof html>;

/** Every page's frame. What is put into `html` is escaped. */
export function layout(title: string, crumbs: readonly [name: string, path: string][], body: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Mycelium registry</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <nav>
            <a class="home" href="/">Mycelium registry</a>
            ${crumbs.map(([name, path]) => html`<span>/</span><a href="${path}">${name}</a>`)}
          </nav>
          ${crumbs.length > 0 ? html`<form method="post" action="/logout"><button>Log out</button></form>` : ""}
        </header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
}

export function table(heads: readonly string[], rows: readonly Markup[], empty: string): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="wide"><table>
    <thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
    <tbody>${rows}</tbody>
  </table></div>`;
}

export function badge(word: string, kind: "good" | "bad" | "plain"): Markup {
  return html`<span class="badge ${kind}">${word}</span>`;
}

export function time(at: Date | string): Markup {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")}</time>`;
}

export const style = raw(`
:root { --ink: #1c2430; --soft: #5d6878; --line: #e2e6ec; --ground: #f7f8fa; --accent: #3a5bd9; --good: #17784a; --bad: #b3261e; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .7rem 1.5rem; background: #fff; border-bottom: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: .5rem; }
nav span { color: var(--soft); }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
.home { font-weight: 600; color: var(--ink); }
main { max-width: 70rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.wide { overflow-x: auto; background: #fff; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th { font-size: .8rem; color: var(--soft); font-weight: 600; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 1rem; overflow: auto; max-height: 30rem; }
h3 { font-size: 1rem; margin-bottom: 0; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 99px; font-size: .8rem; font-weight: 600; background: var(--line); color: var(--soft); }
.badge.good { background: #def3e7; color: var(--good); }
.badge.bad { background: #fbe3e1; color: var(--bad); }
.bar { display: block; height: .45rem; min-width: 2px; background: var(--accent); border-radius: 3px; }
.empty, .soft { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; } dt { color: var(--soft); } dd { margin: 0; }
form.login { max-width: 26rem; display: grid; gap: .8rem; }
input { font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: 6px; width: 100%; }
button { font: inherit; padding: .35rem .9rem; border: 1px solid var(--line); border-radius: 6px; background: #fff; cursor: pointer; }
form.login button { background: var(--accent); color: #fff; border-color: var(--accent); padding: .5rem; }
.error { color: var(--bad); }
`);
