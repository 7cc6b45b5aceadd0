import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";
import type { Logger } from "pino";
import type { RouterConfig } from "../config/router-config.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import { watchFiles } from "../watch-files.ts";
import { ManifestError, readManifests } from "./manifest.ts";
import { OperationList } from "./operation-list.ts";

/** The operations that are registered, and what is thought of all others. */
export interface PersistedOperations {
  /** Whether an id that is not listed may still be known to automatic persisted queries. */
  readonly allowsAutomatic: boolean;
  /** Whether operations must be asked for by id. */
  readonly requiresId: boolean;
  bodyOf(id: string, clientName: string | undefined): string | undefined;
  texts(): string[];
  logUnknown(text: string, isSkipped: boolean): void;
  judge(operation: FreeOperation): Judgement;
  close(): void;
}

/** An operation that came as text. */
export interface FreeOperation {
  document: DocumentNode;
  text: string;
  clientName: string | undefined;
  /** Whether somebody has let it pass already. */
  isExempt: boolean;
}

export interface Judgement {
  isAllowed: boolean;
  /** Of the listed operation that it is. */
  id: string | undefined;
}

export interface PersistedOperationParts {
  config: RouterConfig;
  meters: ProcessMeters;
  logger: Logger;
}

/** Undefined where there are none. Throws a `ManifestError` where a list cannot be read. */
export function createPersistedOperations({
  config,
  meters,
  logger,
}: PersistedOperationParts): PersistedOperations | undefined {
  const { enabled, safelist, localManifests, logUnknown, hotReload } = config.persistedQueries;
  if (!enabled || !localManifests) return undefined;
  let list = new OperationList(readManifests(localManifests));
  const stopWatching = hotReload ? watchFiles(localManifests, reload) : () => {};

  function reload(): void {
    try {
      list = new OperationList(readManifests(localManifests ?? []));
      logger.info(
        `persisted query manifest successfully updated (${list.operations.length} operations total)`,
      );
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      logger.error(`${error.message}; the list stays as it was`);
    }
  }

  const isJudged = safelist.enabled || logUnknown;
  const logText = (text: string, isSkipped: boolean) => {
    if (logUnknown)
      logger.warn({ operation_body: text, enforcement_skipped: isSkipped }, "unknown operation");
  };
  return {
    allowsAutomatic: !safelist.enabled && config.apq.enabled,
    requiresId: safelist.enabled && safelist.requireId,
    bodyOf: (id, clientName) => list.bodyOf(id, clientName),
    texts: () => list.operations.map(({ body }) => body),
    logUnknown: logText,
    judge({ document, text, clientName, isExempt }) {
      if (config.supergraph.introspection && asksOnlyForSchema(document))
        return { isAllowed: true, id: undefined };
      const id = isJudged ? list.idOf(document, clientName) : undefined;
      const isWanted = !safelist.enabled || id !== undefined;
      const isAllowed = isWanted || isExempt;
      const isLogged = logUnknown && id === undefined;
      if (isLogged) logText(text, isExempt);
      meters.persistedQuery({
        ...(!isAllowed && { "persisted_queries.safelist.rejected.unknown": true }),
        ...(isAllowed && !isWanted && { "persisted_queries.safelist.enforcement_skipped": true }),
        ...(isLogged && { "persisted_queries.logged": true }),
      });
      return { isAllowed, id };
    },
    close: stopWatching,
  };
}

const schemaFields = new Set(["__schema", "__type", "__typename"]);

/** In all of its operations, as in Apollo Router. */
function asksOnlyForSchema({ definitions }: DocumentNode): boolean {
  const fragments = new Map(
    definitions.flatMap((definition): [string, FragmentDefinitionNode][] =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const areSchemaFields = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return schemaFields.has(selection.name.value);
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      return fragment !== undefined && areSchemaFields(fragment.selectionSet);
    });
  return definitions.every(
    (definition) => definition.kind !== Kind.OPERATION_DEFINITION || areSchemaFields(definition.selectionSet),
  );
}
