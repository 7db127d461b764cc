import { loadAssetsToPublish } from '../../../application/assets/load-assets.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { JobScope } from '../../../domain/jobs/job.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RequestOf } from '../handler-types.ts';
import { idsOfQuery } from '../library/ids-of-query.ts';

/** What a request names as the scope of a job or a plan. */
export interface RequestedScope {
  readonly scope?: JobScope;
  readonly ids: readonly string[];
  /** Ids that the request names and that do not exist. */
  readonly unknown: readonly string[];
  readonly trashed: readonly string[];
}

/**
 * @throws Failure `asset.not-found`, `asset.trashed` unless the request is `partial`; `scope.changed`, `scope.too-large`,
 * `search.not-ready` for a search
 */
export async function scopeOf(
  company: string,
  asked: RequestOf<'createPlan'>['body']['scope'],
  partial: boolean,
  dependencies: Dependencies,
): Promise<RequestedScope> {
  const none = { ids: [], unknown: [], trashed: [] };
  if (asked === undefined) return none;
  if ('folder' in asked) return { scope: { kind: 'folder', ...asked }, ...none };
  if ('query' in asked) {
    const ids = await idsOfQuery(company, asked, dependencies);
    return { scope: { kind: 'assets', count: ids.length }, ...none, ids };
  }
  const { assets, unknown } = await loadAssetsToPublish(
    company,
    { assetIds: asked.assets, partial },
    dependencies.assets,
    (index) => `scope.assets[${index}]`,
  );
  const idsOf = (some: readonly Asset[]) => some.map(({ id }) => id);
  const ids = idsOf(assets.filter((asset) => !asset.trashed));
  const trashed = idsOf(assets.filter((asset) => asset.trashed));
  return { scope: { kind: 'assets', count: ids.length }, ids, unknown, trashed };
}

/** The assets that a partial request names and does not get, with the reason. */
export function leftOutOf({
  unknown,
  trashed,
}: Pick<RequestedScope, 'unknown' | 'trashed'>): { id: string; message: string }[] {
  return [
    ...unknown.map((id) => ({ id, message: `There is no asset ${id}` })),
    ...trashed.map((id) => ({ id, message: 'It is in the trash' })),
  ];
}
