import type { HeaderMap } from './messages.ts';

/** An object as the edge keeps it. Times are milliseconds since the epoch. */
export interface CachedObject {
  readonly status: number;
  /** As they go to visitors, without Age. */
  readonly headers: HeaderMap;
  readonly body: Buffer;
  /** The origin answered with an error, whatever status a custom error response gave it since. */
  readonly isError: boolean;
  readonly tags: readonly string[];
  /** The path, with the query where that is part of the cache key: what invalidations name. */
  readonly objectPath: string;
  /** What the origin is asked with when the object is stale; the visitors' ETag differs after compression. */
  readonly validators: { readonly etag: string | undefined; readonly lastModified: string | undefined };
  readonly storedAt: number;
  readonly freshUntil: number;
}

/** What an invalidation names: `/path`, `/path*`, or a tag (lower case, without `#`). */
export type Purge =
  | { readonly kind: 'path'; readonly path: string; readonly wildcard: boolean }
  | { readonly kind: 'tag'; readonly tag: string };

export interface EdgeCache {
  get(key: string): CachedObject | undefined;
  /**
   * Stores an object unless an invalidation since `begun` named it: an object that was on its way while it was
   * flushed must not come back.
   * @param begun what `begin()` gave when the object was asked of the origin
   */
  set(key: string, object: CachedObject, begun: number): boolean;
  /** Forgets one object. */
  delete(key: string): void;
  /** Notes that an object is being fetched; every `begin` needs its `end`. */
  begin(): number;
  end(begun: number): void;
  /** Was such an object named by an invalidation since `begun`? */
  purgedSince(begun: number, objectPath: string, tags: readonly string[]): boolean;
  /** Removes what is named, all variants of it; answers how many objects went. */
  purge(purges: readonly Purge[]): number;
  readonly size: number;
  readonly bytes: number;
}

/** Bytes counted for an object beside its body and headers: keys and the cache's own bookkeeping. */
const overhead = 512;

/** A cache in memory that drops what was not used for longest. It is empty after a restart. */
export function createEdgeCache(maximumBytes: number): EdgeCache {
  /** In the order of use, the oldest first. */
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

  /** The log only matters to what is being fetched now. */
  function trimLog() {
    const oldest = begun.size === 0 ? Number.POSITIVE_INFINITY : Math.min(...begun.keys());
    while (log[0] && log[0].at <= oldest) log.shift();
  }

  function purgedSince(since: number, objectPath: string, tags: readonly string[]): boolean {
    return log.some(({ at, purge }) => at > since && names(purge, objectPath, tags));
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
      if (size > maximumBytes) return false;
      objects.set(key, { object, bytes: size });
      bytes += size;
      for (const tag of object.tags) {
        const keys = byTag.get(tag) ?? new Set();
        keys.add(key);
        byTag.set(tag, keys);
      }
      for (const oldest of objects.keys()) {
        if (bytes <= maximumBytes) break;
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

function names(purge: Purge, objectPath: string, tags: readonly string[]): boolean {
  if (purge.kind === 'tag') return tags.includes(purge.tag);
  return purge.wildcard ? objectPath.startsWith(purge.path) : objectPath === purge.path;
}
