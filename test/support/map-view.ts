/** Records of one kind in a table or bucket, read and written like a Map: what a test prepares, and what it finds. */
export interface MapView<Value> extends Iterable<[string, Value]> {
  readonly size: number;
  get(key: string): Value | undefined;
  has(key: string): boolean;
  /** Writes a record as it is, whatever was there. */
  set(key: string, value: Value): MapView<Value>;
  delete(key: string): void;
  clear(): void;
  keys(): string[];
  values(): Value[];
}

/** @param entries what there is, each read anew */
export function mapView<Value>(source: {
  readonly entries: () => Iterable<[string, Value]>;
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
  readonly delete: (key: string) => void;
}): MapView<Value> {
  const view: MapView<Value> = {
    get size() {
      return view.keys().length;
    },
    get: source.get,
    has: (key) => source.get(key) !== undefined,
    set(key, value) {
      source.set(key, value);
      return view;
    },
    delete: source.delete,
    clear() {
      for (const key of view.keys()) source.delete(key);
    },
    keys: () => [...source.entries()].map(([key]) => key),
    values: () => [...source.entries()].map(([, value]) => value),
    [Symbol.iterator]: () => source.entries()[Symbol.iterator](),
  };
  return view;
}
