import type { SelectionSetNode } from "graphql";
import type {
  AnswerEntities,
  CacheableEntities,
  CachedEntities,
  CachingRun,
  LookupTexts,
} from "../execute/fetch-cache.ts";
import type { SubgraphAnswer } from "../execute/subgraph-answer.ts";
import type { GraphqlError } from "../graphql-error.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { answerThroughCache, askAndFold, type FetchSurroundings } from "./answer-through-cache.ts";
import { isLost, type PieceAnswers, type Value } from "./fetch-options.ts";
import { type FormReader, SubgraphOperation } from "./forms/read-form.ts";
import { compileIdentify, type IdentifyText, readInputs } from "./forms/representation.ts";
import type { Piece } from "./parts.ts";
import { mayPassBy, Repeats } from "./pass-by.ts";
import { requestOf } from "./request-cache.ts";
import type { Section } from "./store/entity-store.ts";

/** Compiles a fetch of entities into a function that answers what it can from the cache. */
export function cacheEntities(fetch: CacheableEntities, surroundings: FetchSurroundings): CachedEntities {
  const { subgraph } = fetch;
  const operation = new SubgraphOperation(subgraph, fetch.operation, surroundings.forms);
  const lookups = fetch.lookups.map((lookup) => new CachedLookup(lookup, operation, surroundings));
  const varies = fetch.variableUsages.length > 0 && lookups.every(({ section }) => section !== undefined);
  const repeats = varies ? new Repeats(fetch.variableUsages) : undefined;

  const answer: AnswerEntities = (run, texts, askMissing) => {
    if (repeats?.isOneOff(run.variables) && mayPassBy(requestOf(run), surroundings)) {
      passedBy(
        run,
        texts.map(({ length }) => length),
      );
      return askAndFold(run, surroundings, () => askMissing(texts));
    }
    const pieces: Piece[] = [];
    const places: Place[] = [];
    for (let lookup = 0; lookup < lookups.length; lookup++) {
      const { length } = texts[lookup]!;
      for (let at = 0; at < length; at++) {
        const piece = lookups[lookup]!.pieceOf(texts[lookup]![at]!, run);
        if (!piece) return askMissing(texts);
        pieces.push(piece);
        places.push({ lookup, at });
      }
    }
    const fetching = new EntityFetching({ aliases: fetch.lookups.map(({ alias }) => alias), texts, places });
    return answerThroughCache(surroundings, {
      run,
      document: fetch.operation,
      pieces,
      ask: async (indexes) => fetching.sort(indexes, await askMissing(fetching.textsOf(indexes))),
      askAll: () => askMissing(texts),
      write: (values) => fetching.write(values),
    });
  };

  function passedBy(run: CachingRun, counts: readonly number[]): void {
    const observer = requestOf(run)?.facts.observer;
    for (let lookup = 0; lookup < lookups.length; lookup++) {
      const { section } = lookups[lookup]!;
      if (section) surroundings.parts.count("one-off", { section, observer, entities: counts[lookup] });
    }
  }

  return { answer, passedBy };
}

class CachedLookup {
  private readonly identify: IdentifyText;
  private readonly selections: SelectionSetNode | undefined;
  private readonly readers = new Map<string, { section: Section; reader: FormReader }>();
  /** Of all representations, where they can be of one type only. */
  readonly section: Section | undefined;

  constructor(
    { alias, requires, isRewritten }: CacheableEntities["lookups"][number],
    private readonly operation: SubgraphOperation,
    private readonly surroundings: FetchSurroundings,
  ) {
    const { settings, parts } = surroundings;
    this.identify = compileIdentify({ subgraph: settings.subgraph, requires, isRewritten }, parts.facts);
    this.selections = operation.field(alias)?.selectionSet;
    const [first, ...others] = requires;
    const isOfOneType = first?.kind === "InlineFragment" && others.length === 0;
    if (isOfOneType) this.section = parts.store.section(settings.subgraph, first.typeCondition);
  }

  /** Undefined where the representation does not say what it is about. */
  pieceOf(text: string, run: CachingRun): Piece | undefined {
    const identity = this.selections && this.identify(text);
    if (!identity) return undefined;
    const { typeName, key, representation } = identity;
    let known = this.readers.get(typeName);
    if (!known) {
      const { parts, settings } = this.surroundings;
      known = {
        section: parts.store.section(settings.subgraph, typeName),
        reader: this.operation.formOf(this.selections!, typeName),
      };
      this.readers.set(typeName, known);
    }
    const form = known.reader.formFor(run.variables);
    const { requirements } = form;
    const inputs = requirements.length === 0 ? noInputs : readInputs(requirements, representation);
    return { section: known.section, key, form, inputs };
  }
}

const noInputs: readonly string[] = [];

interface Place {
  lookup: number;
  at: number;
}

interface FetchedTexts {
  aliases: readonly string[];
  texts: LookupTexts;
  places: readonly Place[];
}

/** Between pieces in one row and the lookups of the request to the subgraph. */
class EntityFetching {
  constructor(private readonly fetched: FetchedTexts) {}

  textsOf(indexes: readonly number[]): LookupTexts {
    const { aliases, texts, places } = this.fetched;
    const asked: string[][] = aliases.map(() => []);
    for (const index of indexes) {
      const { lookup, at } = places[index]!;
      asked[lookup]!.push(texts[lookup]![at]!);
    }
    return asked;
  }

  sort(indexes: readonly number[], answer: SubgraphAnswer): PieceAnswers {
    const { aliases, places } = this.fetched;
    const counts = aliases.map(() => 0);
    const positions = indexes.map((index) => counts[places[index]!.lookup]!++);
    const pieceAt = new Map<string, number>(
      indexes.map((index, at) => [`${aliases[places[index]!.lookup]} ${positions[at]}`, at]),
    );
    const owners = answer.errors.map(({ path }) => pieceAt.get(`${path?.[0]} ${path?.[1]}`));
    const tags = sortTags(answer.extensions?.apolloEntityCacheTags, indexes.length);
    return {
      answer,
      isLost: isLost(answer),
      values: indexes.map((index, at) => readEntity(answer, aliases[places[index]!.lookup]!, positions[at]!)),
      failed: new Set(owners.filter((owner) => owner !== undefined)),
      hasErrorOfAll: owners.includes(undefined),
      tags: (at) => tags[at] ?? noInputs,
      errorsOf: (isTold) => this.tell(answer.errors, { owners, indexes, isTold }),
    };
  }

  write(values: readonly Value[]): SubgraphAnswer {
    const { aliases, places } = this.fetched;
    const lists: JsonValue[][] = aliases.map(() => []);
    for (let index = 0; index < values.length; index++)
      lists[places[index]!.lookup]!.push(values[index] ?? null);
    return {
      data: Object.fromEntries(aliases.map((alias, lookup) => [alias, lists[lookup]!])),
      errors: [],
      isShared: true,
    };
  }

  /** An error of no entity is told of each that was asked for, unless it is told of all there are. */
  private tell(errors: readonly GraphqlError[], { owners, indexes, isTold }: Telling): GraphqlError[] {
    const { aliases, places } = this.fetched;
    const pathOf = (at: number) => {
      const place = places[indexes[at]!]!;
      return [aliases[place.lookup]!, place.at];
    };
    const told = indexes.flatMap((_, at) => (isTold(at) ? [at] : []));
    const isWhole = told.length === places.length;
    return errors
      .flatMap((error, which): GraphqlError[] => {
        const owner = owners[which];
        if (owner !== undefined)
          return [{ ...error, path: [...pathOf(owner), ...(error.path ?? []).slice(2)] }];
        return isWhole ? [error] : told.map((at) => ({ ...error, path: pathOf(at) }));
      })
      .slice(0, errorsMax);
  }
}

interface Telling {
  owners: readonly (number | undefined)[];
  indexes: readonly number[];
  isTold(at: number): boolean;
}

const errorsMax = 10_000;

function readEntity({ data }: SubgraphAnswer, alias: string, position: number): Value {
  const list = data?.[alias];
  const entity = Array.isArray(list) ? list[position] : undefined;
  return entity === null || isJsonObject(entity) ? entity : undefined;
}

/** One list of tags for each entity asked for; where the lists do not match the entities, all tags belong to each. */
function sortTags(value: JsonValue | undefined, count: number): readonly (readonly string[])[] {
  if (!Array.isArray(value)) return [];
  const lists = value.map((item) =>
    Array.isArray(item) ? item.filter((tag) => typeof tag === "string") : [],
  );
  return lists.length === count ? lists : new Array<string[]>(count).fill([...new Set(lists.flat())]);
}
