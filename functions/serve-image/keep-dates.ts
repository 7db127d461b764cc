import type { FoundOriginObject, OpenedOriginObject } from '../../adapters/s3/origin-object.ts';
import { cutCacheControl } from '../../domain/delivery/cache-control.ts';
import type { ImageResponse } from './image-response.ts';
import type { ReqDependencies } from './respond-to-req.ts';

type Reading = Pick<ReqDependencies, 'openObject' | 'openVideoObject' | 'findObject' | 'now'>;

/** A request's reads, and the response to it. */
export interface DatedRequest<Dependencies> {
  /** Objects whose time is over are not there, also while they wait to be withdrawn. */
  readonly dependencies: Dependencies;
  /** Cuts the lifetimes of the response to the first end among all objects that were read for it. */
  readonly cut: (response: ImageResponse) => ImageResponse;
}

/** Keeps the dates of everything that a request reads: its image, images and fonts of layers, sets and their members. */
export function keepDates<Dependencies extends Reading>(given: Dependencies): DatedRequest<Dependencies> {
  const { openObject, openVideoObject, findObject, now } = given;
  let end = Number.POSITIVE_INFINITY;
  const isLive = ({ liveUntil = Number.POSITIVE_INFINITY }: FoundOriginObject): boolean => {
    if (liveUntil <= now().getTime()) return false;
    end = Math.min(end, liveUntil);
    return true;
  };
  const opened = (object: OpenedOriginObject | undefined) => {
    if (!object || isLive(object)) return object;
    object.discard();
    return undefined;
  };
  return {
    dependencies: {
      ...given,
      openObject: async (...asked) => opened(await openObject(...asked)),
      openVideoObject: async (...asked) => opened(await openVideoObject(...asked)),
      async findObject(...asked) {
        const object = await findObject(...asked);
        return object && isLive(object) ? object : undefined;
      },
    },
    cut(response) {
      const cacheControl = response.headers['cache-control'];
      if (cacheControl === undefined || end === Number.POSITIVE_INFINITY) return response;
      const left = (end - now().getTime()) / 1_000;
      return {
        ...response,
        headers: { ...response.headers, 'cache-control': cutCacheControl(cacheControl, left) },
      };
    },
  };
}
