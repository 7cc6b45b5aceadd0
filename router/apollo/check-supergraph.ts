const guardSpec = /@link\(\s*url:\s*"https:\/\/specs\.apollo\.dev\/(authenticated|requiresScopes|policy)\//g;

/**
 * What of a supergraph Apollo Router may not be given. Without a licence it does not enforce these directives, and a
 * supergraph without them would show what they hide: so it is refused, never stripped.
 */
export function findGuards(supergraph: string): string[] {
  return [...supergraph.matchAll(guardSpec)].map(([, name]) => `@${name}`);
}
