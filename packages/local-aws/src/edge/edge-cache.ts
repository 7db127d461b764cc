import type { HeaderMap } from './messages.ts';

/** An object in the cache of the edge. Times are milliseconds since 1970. */
export interface CachedObject {
  readonly status: number;
  /** Headers for visitors, without Age. */
  readonly headers: HeaderMap;
  readonly body: Buffer;
  /** Whether the origin returned an error. A custom error response may have changed the status. */
  readonly isError: boolean;
  readonly tags: readonly string[];
  /** Path that invalidations match, with the query if it is part of the cache key. */
  readonly objectPath: string;
  /** Validators for requests to the origin when the object is stale. Compression changes the ETag for visitors. */
  readonly validators: { readonly etag: string | undefined; readonly lastModified: string | undefined };
  readonly storedAt: number;
  readonly freshUntil: number;
}

/** An item of an invalidation: `/path`, `/path*`, or a tag (lower case, without `#`). */
export type Purge =
  | { readonly kind: 'path'; readonly path: string; readonly wildcard: boolean }
  | { readonly kind: 'tag'; readonly tag: string };

export interface EdgeCache {
  get(key: string): CachedObject | undefined;
  /**
   * Stores an object unless it was invalidated since `begun`: an object that was fetched before an invalidation must not
   * be stored after it.
   * @param begun return value of `begin()` at the start of the fetch
   */
  set(key: string, object: CachedObject, begun: number): boolean;
  /** Removes one object. */
  delete(key: string): void;
  /** Marks the start of a fetch. Every `begin` needs an `end`. */
  begin(): number;
  end(begun: number): void;
  /** Whether an invalidation since `begun` matches such an object. */
  purgedSince(begun: number, objectPath: string, tags: readonly string[]): boolean;
  /** Removes all variants of the matching objects. Returns the number of removed objects. */
  purge(purges: readonly Purge[]): number;
  readonly size: number;
  readonly bytes: number;
}

/** Bytes counted for an object in addition to its body and headers, for keys and bookkeeping. */
const overhead = 512;

/** A cache in memory that drops the least recently used objects. It is empty after a restart. */
export function createEdgeCache(maxBytes: number): EdgeCache {
  /** Least recently used first. */
  const objects = new Map<string, { object: CachedObject; bytes: number }>();
  const byTag = new Map<string, Set<string>>();
  const log: { readonly at: number; readonly purge: Purge }[] = [];
  const begun = new Map<number, number>();
  let bytes = 0;
  let clock = 0;

  function remove(key: string): boolean {
    const entry = objects.get(key);
    if (!entry) return false;
    objects.delete(key);
    bytes -= entry.bytes;
    for (const tag of entry.object.tags) {
      const keys = byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) byTag.delete(tag);
    }
    return true;
  }

  /** Drops log entries that no running fetch needs. */
  function trimLog() {
    const oldest = begun.size === 0 ? Number.POSITIVE_INFINITY : Math.min(...begun.keys());
    while (log[0] && log[0].at <= oldest) log.shift();
  }

  function purgedSince(since: number, objectPath: string, tags: readonly string[]): boolean {
    return log.some(({ at, purge }) => at > since && matches(purge, objectPath, tags));
  }

  return {
    get(key) {
      const entry = objects.get(key);
      if (!entry) return undefined;
      objects.delete(key);
      objects.set(key, entry);
      return entry.object;
    },
    set(key, object, since) {
      if (purgedSince(since, object.objectPath, object.tags)) return false;
      remove(key);
      const size = object.body.length + JSON.stringify(object.headers).length + key.length + overhead;
      if (size > maxBytes) return false;
      objects.set(key, { object, bytes: size });
      bytes += size;
      for (const tag of object.tags) {
        const keys = byTag.get(tag) ?? new Set();
        keys.add(key);
        byTag.set(tag, keys);
      }
      for (const oldest of objects.keys()) {
        if (bytes <= maxBytes) break;
        remove(oldest);
      }
      return true;
    },
    delete(key) {
      remove(key);
    },
    begin() {
      begun.set(clock, (begun.get(clock) ?? 0) + 1);
      return clock;
    },
    end(since) {
      const open = (begun.get(since) ?? 0) - 1;
      if (open > 0) begun.set(since, open);
      else begun.delete(since);
      trimLog();
    },
    purgedSince,
    purge(purges) {
      let removed = 0;
      clock += 1;
      const paths: Purge[] = [];
      for (const purge of purges) {
        log.push({ at: clock, purge });
        if (purge.kind === 'path') {
          paths.push(purge);
          continue;
        }
        for (const key of [...(byTag.get(purge.tag) ?? [])]) if (remove(key)) removed += 1;
      }
      if (paths.length > 0) {
        const exact = new Set(
          paths.flatMap((purge) => (purge.kind === 'path' && !purge.wildcard ? [purge.path] : [])),
        );
        const prefixes = paths.flatMap((purge) =>
          purge.kind === 'path' && purge.wildcard ? [purge.path] : [],
        );
        for (const [key, { object }] of [...objects]) {
          const named =
            exact.has(object.objectPath) || prefixes.some((prefix) => object.objectPath.startsWith(prefix));
          if (named && remove(key)) removed += 1;
        }
      }
      trimLog();
      return removed;
    },
    get size() {
      return objects.size;
    },
    get bytes() {
      return bytes;
    },
  };
}

function matches(purge: Purge, objectPath: string, tags: readonly string[]): boolean {
  if (purge.kind === 'tag') return tags.includes(purge.tag);
  return purge.wildcard ? objectPath.startsWith(purge.path) : objectPath === purge.path;
}
