/** By what an answer can be invalidated, from coarse to fine. */
export class InvalidationLabels {
  readonly subgraphs = new Set<string>();
  readonly types = new Set<string>();
  readonly tags = new Set<string>();

  addType(subgraph: string, type: string): void {
    this.subgraphs.add(`subgraph-${subgraph}`);
    this.types.add(`type-${subgraph}-${type}`);
  }
}
