import { FormRegistry } from "../forms/form-registry.ts";
import { type Queued, Sieve } from "./sieve.ts";
import { assemble, findViews, isUsable, keepUntilMs, sameInputs, type View, type Wanted } from "./view.ts";
import { entityBytes, tagBytes, viewBytes, weigh, weighText } from "./weigh.ts";

/** All entities of one type from one subgraph. */
export interface Section {
  readonly subgraph: string;
  readonly type: string;
  /** Request headers on which answers were said to depend; in the order in which they were met. */
  readonly varyNames: string[];
  readonly counts: { hits: number; misses: number };
  readonly shelves: Map<string, Shelf>;
}

/** Those of them that the same callers may see. */
export interface Shelf {
  readonly section: Section;
  readonly partition: string;
  readonly entities: Map<string, Entity>;
}

export interface Entity extends Queued {
  readonly shelf: Shelf;
  readonly key: string;
  views: View[];
  bytes: number;
  /** Another number after each change, and after it is gone. */
  version: number;
}

/** What a lookup found, in the form that was wanted. */
export interface Found {
  entity: Entity;
  data: View["data"];
  /** Where it stood: each has its own terms and tags. */
  views: readonly View[];
}

export interface NewView extends Omit<View, "bytes"> {
  key: string;
}

/**
 * Entities in memory, bounded in bytes. One for the process: it outlives reloads, as what it keeps is named by
 * fields and their definitions, not by schemas.
 */
export class EntityStore {
  readonly forms = new FormRegistry();
  private readonly sections = new Map<string, Section>();
  private readonly byTag = new Map<string, Set<Entity>>();
  private readonly queue = new Sieve<Entity>();
  private bytesUsed = 0;
  private entitiesKept = 0;

  constructor(private bytesMax: number) {}

  get bytes(): number {
    return this.bytesUsed;
  }

  get size(): number {
    return this.entitiesKept;
  }

  resize(bytesMax: number): void {
    this.bytesMax = bytesMax;
    this.evict();
  }

  section(subgraph: string, type: string): Section {
    const name = `${subgraph} ${type}`;
    let section = this.sections.get(name);
    if (!section) {
      section = { subgraph, type, varyNames: [], counts: { hits: 0, misses: 0 }, shelves: new Map() };
      this.sections.set(name, section);
    }
    return section;
  }

  find(entity: Entity, wanted: Wanted): Found | undefined {
    const first = entity.views[0];
    entity.isVisited = true;
    // Nearly always there is one view, and it is the one.
    if (first?.form === wanted.form && sameInputs(first.inputs, wanted.inputs)) {
      if (isUsable(first, wanted.freshness, wanted.nowMs))
        return { entity, data: first.data, views: [first] };
    }
    const views = findViews(entity.views, wanted);
    if (!views) return undefined;
    const data = assemble(views, wanted);
    if (data === undefined && views.some((view) => view.data !== undefined)) return undefined;
    return { entity, data, views };
  }

  put(section: Section, partition: string, { key, ...view }: NewView): Entity | undefined {
    const bytes =
      viewBytes +
      weigh(view.data) +
      view.inputs.reduce((sum, each) => sum + weighText(each), 0) +
      view.tags.length * tagBytes;
    const ownBytes = entityBytes + weighText(key);
    if ((bytes + ownBytes) * shareMax > this.bytesMax) return undefined;
    const entity = this.entityAt(section, partition, key, ownBytes);
    this.addView(entity, { ...view, bytes });
    this.evict();
    return entity;
  }

  remove(entity: Entity): void {
    const { shelf, key, views } = entity;
    if (shelf.entities.get(key) !== entity) return;
    shelf.entities.delete(key);
    entity.version++;
    if (shelf.entities.size === 0) shelf.section.shelves.delete(shelf.partition);
    for (const view of views) this.forgetTags(entity, view, []);
    this.queue.remove(entity);
    this.bytesUsed -= entity.bytes;
    this.entitiesKept--;
  }

  /** Drops what nobody can be served any longer. */
  dropExpired(entity: Entity, nowMs: number): void {
    const kept = entity.views.filter((view) => nowMs < keepUntilMs(view));
    if (kept.length === 0) this.remove(entity);
    else if (kept.length < entity.views.length) this.keepViews(entity, kept);
  }

  removeSubgraph(subgraph: string): number {
    return this.removeAll([...this.sections.values()].filter((section) => section.subgraph === subgraph));
  }

  removeType(subgraph: string, type: string): number {
    const section = this.sections.get(`${subgraph} ${type}`);
    return section ? this.removeAll([section]) : 0;
  }

  removeKey(subgraph: string, type: string, key: string): number {
    let removed = 0;
    for (const shelf of [...(this.sections.get(`${subgraph} ${type}`)?.shelves.values() ?? [])]) {
      const entity = shelf.entities.get(key);
      if (!entity) continue;
      this.remove(entity);
      removed++;
    }
    return removed;
  }

  removeTag(subgraph: string, tag: string): number {
    const entities = [...(this.byTag.get(`${subgraph} ${tag}`) ?? [])];
    for (const entity of entities) this.remove(entity);
    return entities.length;
  }

  clear(): void {
    this.removeAll([...this.sections.values()]);
  }

  allSections(): Iterable<Section> {
    return this.sections.values();
  }

  private entityAt(section: Section, partition: string, key: string, ownBytes: number): Entity {
    let shelf = section.shelves.get(partition);
    if (!shelf) {
      shelf = { section, partition, entities: new Map() };
      section.shelves.set(partition, shelf);
    }
    const known = shelf.entities.get(key);
    if (known) return known;
    const entity: Entity = {
      shelf,
      key,
      views: [],
      bytes: ownBytes,
      version: 0,
      isVisited: false,
      newer: undefined,
      older: undefined,
    };
    shelf.entities.set(key, entity);
    this.queue.add(entity);
    this.bytesUsed += ownBytes;
    this.entitiesKept++;
    return entity;
  }

  private addView(entity: Entity, view: View): void {
    const others = entity.views.filter(
      ({ form, inputs }) => form !== view.form || !sameInputs(inputs, view.inputs),
    );
    // The newest stands first: it is what is asked for now.
    this.keepViews(entity, [view, ...others].slice(0, viewsMax));
  }

  private keepViews(entity: Entity, views: View[]): void {
    const before = entity.views;
    entity.views = views;
    entity.version++;
    const bytes = sum(views) - sum(before);
    entity.bytes += bytes;
    this.bytesUsed += bytes;
    for (const view of before) if (!views.includes(view)) this.forgetTags(entity, view, views);
    for (const view of views) {
      for (const tag of view.tags) this.entitiesWith(entity.shelf.section.subgraph, tag).add(entity);
    }
  }

  private entitiesWith(subgraph: string, tag: string): Set<Entity> {
    const name = `${subgraph} ${tag}`;
    let entities = this.byTag.get(name);
    if (!entities) {
      entities = new Set();
      this.byTag.set(name, entities);
    }
    return entities;
  }

  private forgetTags(entity: Entity, view: View, kept: readonly View[]): void {
    for (const tag of view.tags) {
      if (kept.some((other) => other.tags.includes(tag))) continue;
      const name = `${entity.shelf.section.subgraph} ${tag}`;
      const entities = this.byTag.get(name);
      entities?.delete(entity);
      if (entities?.size === 0) this.byTag.delete(name);
    }
  }

  private removeAll(sections: readonly Section[]): number {
    let removed = 0;
    for (const { shelves } of sections) {
      for (const { entities } of [...shelves.values()]) {
        removed += entities.size;
        for (const entity of [...entities.values()]) this.remove(entity);
      }
    }
    return removed;
  }

  private evict(): void {
    while (this.bytesUsed > this.bytesMax) {
      const entity = this.queue.choose();
      if (!entity) return;
      this.remove(entity);
    }
  }
}

function sum(views: readonly View[]): number {
  let total = 0;
  for (const { bytes } of views) total += bytes;
  return total;
}

/** Forms of one entity that are kept at once. */
const viewsMax = 16;

/** What would take more than one part of so many is not kept: it would drive out too much. */
const shareMax = 16;
