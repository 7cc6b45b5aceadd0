import type { AnswerPath } from "../execute/answer-path.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Answer, writeBody } from "./answer.ts";

/** One object of the answer that got more fields. */
export interface Increment {
  label: string | undefined;
  path: AnswerPath;
  /** Null where a null took the object's place. */
  data: JsonValue;
  errors: readonly GraphqlError[];
  extensions: JsonObject;
}

/** A place that a part will fill. */
export interface Awaited {
  label: string | undefined;
  path: AnswerPath;
}

/** How parts of an answer are written. */
export interface IncrementalFormat {
  first(answer: Answer, awaited: readonly Awaited[]): string;
  /** `awaited` are places that have become known with these increments. */
  later(
    increments: readonly Increment[],
    progress: { awaited: readonly Awaited[]; hasNext: boolean },
  ): string;
}

/** As Apollo Router writes it: `deferSpec=20220824`. */
export function createPathFormat(): IncrementalFormat {
  return {
    first: (answer) => `${writeBody(answer).slice(0, -1)},"hasNext":true}`,
    later(increments, { hasNext }) {
      const incremental = increments.filter(hasContent).map(({ label, data, path, errors, extensions }) => ({
        ...(label !== undefined && { label }),
        data,
        path,
        ...(errors.length > 0 && { errors }),
        ...(Object.keys(extensions).length > 0 && { extensions }),
      }));
      return JSON.stringify({ hasNext, ...(incremental.length > 0 && { incremental }) });
    },
  };
}

/**
 * As graphql-js 17 writes it: `incrementalSpec=v0.2`, in which places are announced and have ids.
 * https://github.com/graphql/graphql-spec/pull/1110
 */
export function createIdFormat(): IncrementalFormat {
  const ids = new Map<string, string>();
  const keyOf = ({ label, path }: Awaited) => JSON.stringify([path, label ?? null]);

  function announce(awaited: readonly Awaited[]) {
    return awaited.map((place) => {
      const id = String(ids.size);
      ids.set(keyOf(place), id);
      return { id, path: place.path, ...(place.label !== undefined && { label: place.label }) };
    });
  }

  return {
    first(answer, awaited) {
      return `${writeBody(answer).slice(0, -1)},"pending":${JSON.stringify(announce(awaited))},"hasNext":true}`;
    },
    later(increments, { awaited, hasNext }) {
      const known = increments.map((increment) => ({ ...increment, id: ids.get(keyOf(increment)) ?? "" }));
      const filled = known.filter(({ data }) => data !== null);
      const incremental = filled.map(({ id, data, errors }) => ({
        id,
        data,
        ...(errors.length > 0 && { errors }),
      }));
      const completed = known.map(({ id, data, errors }) =>
        data === null ? { id, errors: errors.length > 0 ? errors : [nullified] } : { id },
      );
      const pending = announce(awaited);
      return JSON.stringify({
        hasNext,
        ...(pending.length > 0 && { pending }),
        ...(incremental.length > 0 && { incremental }),
        ...(completed.length > 0 && { completed }),
      });
    },
  };
}

const nullified: GraphqlError = { message: "a null took the place of what was deferred" };

function hasContent({ data, errors, extensions }: Increment): boolean {
  return data !== null || errors.length > 0 || Object.keys(extensions).length > 0;
}
