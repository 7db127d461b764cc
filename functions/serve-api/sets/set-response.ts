import type * as z from 'zod';
import type { SavedSet } from '../../../application/sets/save-set.ts';
import { isPublished } from '../../../domain/assets/asset.ts';
import type { setRoutes } from '../../../packages/api/sets/set-routes.ts';
import { toAssetResponse } from '../assets/asset-response.ts';

/** A set as the API shows it. */
export function toSetResponse(
  { asset, record, members, warnings }: SavedSet,
  deliveryDomain: string,
): z.input<(typeof setRoutes)['readSet']['response']['schema']> {
  return {
    ...toAssetResponse(asset, deliveryDomain),
    members: record.members.map((member) => {
      const found = members.get(member.id);
      return {
        ...member,
        ...(found === undefined ? {} : { type: found.type }),
        published: found !== undefined && isPublished(found),
        ...(found?.trashed ? { trashed: true as const } : {}),
      };
    }),
    warnings: [...warnings],
  };
}
