import type * as z from 'zod';
import type { SavedSet } from '../../../application/sets/save-set.ts';
import { isPublished } from '../../../domain/assets/asset.ts';
import type { setRoutes } from '../../../packages/api/sets/set-routes.ts';
import { assetAnswer } from '../assets/asset-answer.ts';

/** A set as the API shows it. */
export function setAnswer(
  { asset, record, members, warnings }: SavedSet,
  deliveryDomain: string,
): z.input<(typeof setRoutes)['readSet']['answer']['schema']> {
  return {
    ...assetAnswer(asset, deliveryDomain),
    members: record.members.map((place) => {
      const member = members.get(place.id);
      return {
        ...place,
        ...(member === undefined ? {} : { type: member.type }),
        published: member !== undefined && isPublished(member),
        ...(member?.trashed ? { trashed: true as const } : {}),
      };
    }),
    warnings: [...warnings],
  };
}
