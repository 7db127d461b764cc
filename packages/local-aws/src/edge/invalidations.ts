import { isCacheTag } from './cache-tags.ts';
import type { EdgeCache, Purge } from './edge-cache.ts';

export interface Invalidation {
  readonly id: string;
  readonly callerReference: string;
  readonly items: readonly string[];
  readonly createTime: Date;
  status: 'InProgress' | 'Completed';
}

/** An error of the CloudFront API. */
export class CloudFrontError extends Error {
  override readonly name = 'CloudFrontError';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Invalidations {
  /** @throws CloudFrontError InvalidArgument, TooManyInvalidationsInProgress, InvalidationBatchAlreadyExists */
  create(batch: { readonly callerReference: string; readonly items: readonly string[] }): Invalidation;
  get(id: string): Invalidation | undefined;
  /** Newest first. */
  list(): Invalidation[];
}

interface Dependencies {
  readonly cache: EdgeCache;
  readonly now: () => number;
  readonly newId: () => string;
  /** Runs the purge after CreateInvalidation has returned. */
  readonly later: (purge: () => void) => void;
}

/** Limits of paths and tags in progress, and of wildcards among them. Source: CloudFront Developer Guide, "Quotas". */
const maxInProgress = 3_000;
const maxWildcards = 15;
/** Characters; source: CloudFront API reference, Paths. */
const maxPathLength = 4_000;

/** The invalidations of one distribution. They end with the cache when the local cloud stops. */
export function createInvalidations({ cache, now, newId, later }: Dependencies): Invalidations {
  const invalidations = new Map<string, Invalidation>();
  const byReference = new Map<string, Invalidation>();

  function checkLimits(items: readonly string[]) {
    const open = [...invalidations.values()]
      .filter(({ status }) => status === 'InProgress')
      .flatMap((one) => one.items);
    const all = [...open, ...items];
    if (all.length > maxInProgress || all.filter(isWildcard).length > maxWildcards) {
      throw new CloudFrontError(
        400,
        'TooManyInvalidationsInProgress',
        'Processing your request will cause you to exceed the maximum number of in-progress invalidations.',
      );
    }
  }

  return {
    create({ callerReference, items }) {
      const known = byReference.get(callerReference);
      if (known) {
        if (JSON.stringify(known.items) === JSON.stringify(items)) return known;
        throw new CloudFrontError(
          400,
          'InvalidationBatchAlreadyExists',
          'An invalidation with this caller reference and other paths exists.',
        );
      }
      const purges = items.map(readItem);
      checkLimits(items);
      const invalidation: Invalidation = {
        id: newId(),
        callerReference,
        items,
        createTime: new Date(now()),
        status: 'InProgress',
      };
      invalidations.set(invalidation.id, invalidation);
      byReference.set(callerReference, invalidation);
      later(() => {
        cache.purge(purges);
        invalidation.status = 'Completed';
      });
      return invalidation;
    },
    get: (id) => invalidations.get(id),
    list: () => [...invalidations.values()].reverse(),
  };
}

const isWildcard = (item: string) => item.startsWith('/') && item.endsWith('*');

function readItem(item: string): Purge {
  if (item.startsWith('#')) {
    const tag = item.slice(1);
    if (!isCacheTag(tag)) throw invalid(`The tag "${tag}" is not valid.`);
    return { kind: 'tag', tag: tag.toLowerCase() };
  }
  const path = item.startsWith('/') ? item : `/${item}`;
  const star = path.indexOf('*');
  if (
    item === '' ||
    path.length > maxPathLength ||
    (star >= 0 && star !== path.length - 1) ||
    /[^\x21-\x7e]/.test(path)
  ) {
    throw invalid(`The path "${item}" is not valid.`);
  }
  return star < 0
    ? { kind: 'path', path, wildcard: false }
    : { kind: 'path', path: path.slice(0, -1), wildcard: true };
}

function invalid(message: string): CloudFrontError {
  return new CloudFrontError(400, 'InvalidArgument', message);
}
