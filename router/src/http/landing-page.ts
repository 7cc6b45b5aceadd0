/** What a browser sees that opens the endpoint. An explorer takes this page's place later. */
export function renderLandingPage({ graphRef, offersIntrospection }: LandingPage): string {
  const title = graphRef ?? "Mycelium Router";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 16px/1.6 system-ui, sans-serif; max-width: 42rem; margin: 12vh auto; padding: 0 1.5rem; color: #1d2a21; background: #fbfaf6; }
h1 { font-size: 1.7rem; margin-bottom: 0.2rem; }
p { color: #46554b; }
pre { background: #eef0e6; padding: 1rem; border-radius: 8px; overflow-x: auto; }
@media (prefers-color-scheme: dark) { body { background: #15201a; color: #e9efe6; } p { color: #b3c2b6; } pre { background: #21302a; } }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>This is a GraphQL endpoint. Send it a query:</p>
<pre>curl --json '{"query":"{ __typename }"}' <span id="url"></span></pre>
<p>${offersIntrospection ? "Introspection is on: point your GraphQL client here." : "Introspection is off."}</p>
<script>document.getElementById("url").textContent = location.origin + location.pathname</script>
</body>
</html>
`;
}

export interface LandingPage {
  graphRef: string | undefined;
  offersIntrospection: boolean;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

export function wantsPage(request: Request): boolean {
  if (request.method !== "GET") return false;
  return request.headers.get("accept")?.includes("text/html") ?? false;
}
