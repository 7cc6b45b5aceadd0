import DataLoader from "dataloader";

export interface LoaderOptions<Key> {
  /** Keys in one call of `batch`; more are split. */
  batchMax?: number;
  /** For keys that are not plain values. */
  keyOf?: (key: Key) => string;
}

export interface Loader<Context extends object, Key, Value> {
  load(context: Context, key: Key): Promise<Value>;
  loadMany(context: Context, keys: readonly Key[]): Promise<(Value | Error)[]>;
  /** After a write: the next load asks again. */
  forget(context: Context, key: Key): void;
}

const defaultBatchMax = 1_000;

/**
 * Gathers the loads of one request into one call. Defined once, at the top of a file; what it has loaded lives as long
 * as the request's context. `batch` answers in the order of its keys, an Error where one key failed.
 */
export function defineLoader<Context extends object, Key, Value>(
  batch: (keys: readonly Key[], context: Context) => Promise<readonly (Value | Error)[]>,
  { batchMax = defaultBatchMax, keyOf }: LoaderOptions<Key> = {},
): Loader<Context, Key, Value> {
  const loaders = new WeakMap<Context, DataLoader<Key, Value, unknown>>();
  const loaderOf = (context: Context): DataLoader<Key, Value, unknown> => {
    let loader = loaders.get(context);
    if (!loader) {
      loader = new DataLoader<Key, Value, unknown>((keys) => batch(keys, context), {
        maxBatchSize: batchMax,
        ...(keyOf && { cacheKeyFn: keyOf }),
      });
      loaders.set(context, loader);
    }
    return loader;
  };
  return {
    load: (context, key) => loaderOf(context).load(key),
    loadMany: (context, keys) => loaderOf(context).loadMany(keys),
    forget: (context, key) => void loaderOf(context).clear(key),
  };
}

/** Rows in the order of the keys that asked for them; `missing` where there is none. */
export function inOrderOf<Key, Row, Missing>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  missing: Missing,
): (Row | Missing)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? missing);
}

/** As `inOrderOf`, for many rows a key. */
export function groupedBy<Key, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Row[][] {
  const groups = new Map<Key, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
}
