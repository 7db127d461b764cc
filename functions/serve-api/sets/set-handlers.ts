import type { ResponseOf } from '@pressroom/api/route';
import type { setRoutes } from '@pressroom/api/sets/set-routes';
import * as z from 'zod';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { missingMembers, type SavedSet } from '../../../application/sets/save-set.ts';
import { isPublished, isSetType } from '../../../domain/assets/asset.ts';
import { checkAssetId } from '../../../domain/assets/asset-id.ts';
import { Failure } from '../../../domain/failure.ts';
import { holderOf } from '../../../domain/sets/built-asset.ts';
import { assetsOfSet, type SetMember, type Swatch } from '../../../domain/sets/set-record.ts';
import { assetEtag, toAssetResponse } from '../assets/asset-response.ts';
import { type PreviewLinker, previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

/** Makes a set of assets and, by default, publishes it with everything in it. */
async function createSet(
  { company, user, body }: Pick<RequestOf<'createSet'>, 'company' | 'user' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'createSet'> {
  const { type, id, folder, publish, members, title, description, altText } = body;
  checkAssetId(id, 'id');
  const saved = await dependencies.sets.createSet(
    {
      company,
      id,
      folder,
      record: { type, members: members as readonly SetMember[] },
      metadata: {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(altText === undefined ? {} : { altText }),
      },
      publish,
    },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.companies.getSettings(company) },
  );
  return toSetResponse(saved, dependencies.deliveryDomain);
}

/** A set with its members, also in the trash; of a live one, what visitors do not find of it. */
async function readSet(
  { company, params }: Pick<RequestOf<'readSet'>, 'company' | 'params'>,
  dependencies: Dependencies,
): PromisedResponse<'readSet'> {
  const {
    assets: { getAsset, getAssets },
    sets: { readSetRecord },
    companies: { getSettings },
  } = dependencies;
  const [asset, settings] = await Promise.all([getAsset(company, params.id), getSettings(company)]);
  if (!asset) throw new Failure('asset.not-found', `There is no set ${params.id}`);
  if (asset.trashed?.renamedTo !== undefined) throw new Failure('asset.not-found', holderOf(asset));
  if (!isSetType(asset.type)) throw new Failure('asset.not-found', `${holderOf(asset)}, and no set`);
  const record = await readSetRecord(asset);
  const members = await getAssets(company, assetsOfSet(record), { consistent: true });
  const warnings = isPublished(asset) ? missingMembers(record, members, settings) : [];
  const { linksOf } = await previewLinker(company, [asset, ...members.values()], dependencies);
  return toSetResponse({ asset, record, members, warnings }, dependencies.deliveryDomain, linksOf);
}

/** Gives a set the members that the request lists, in its order. */
async function editSet(
  {
    company,
    user,
    params,
    body,
    ifMatch,
  }: Pick<RequestOf<'editSet'>, 'company' | 'user' | 'params' | 'body' | 'ifMatch'>,
  dependencies: Dependencies,
): PromisedResponse<'editSet'> {
  const members = body.members as readonly SetMember[];
  const saved = await dependencies.sets.editSet(
    { company, id: params.id, change: ({ type }) => ({ type, members }), publish: body.publish, ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.companies.getSettings(company) },
  );
  return toSetResponse(saved, dependencies.deliveryDomain);
}

const position = z.strictObject({ set: z.string().min(1).max(400) });

/** The sets in which an asset appears, as member or as swatch; those in the trash among them. */
async function listSetsOfAsset(
  { company, params, query }: Pick<RequestOf<'listSetsOfAsset'>, 'company' | 'params' | 'query'>,
  dependencies: Dependencies,
): PromisedResponse<'listSetsOfAsset'> {
  const {
    assets: { getAsset, getAssets },
    sets: { listMemberships },
  } = dependencies;
  const after = readCursor(position, query.cursor);
  if (!(await getAsset(company, params.id))) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const { items, next } = await listMemberships(company, params.id, {
    limit: query.limit,
    after: after?.set,
  });
  const sets = await getAssets(
    company,
    items.map(({ set }) => set),
  );
  const { linksOf } = await previewLinker(company, [...sets.values()], dependencies);
  return {
    items: items.flatMap(({ set, places }) => {
      const found = sets.get(set);
      if (!found) return [];
      const { id, type, trashed } = found;
      const state = { published: isPublished(found), trashed: trashed !== undefined };
      return [{ id, type, places, ...state, ...linksOf(found) }];
    }),
    ...(next === undefined ? {} : { next: writeCursor({ set: next }) }),
  };
}

/** A set as the API shows it. */
function toSetResponse(
  { asset, record, members, warnings }: SavedSet,
  deliveryDomain: string,
  linksOf: PreviewLinker['linksOf'] = () => ({}),
): ResponseOf<typeof setRoutes.readSet> {
  return {
    ...toAssetResponse(asset, deliveryDomain),
    ...linksOf(asset),
    members: record.members.map((member) => {
      const found = members.get(member.id);
      return {
        ...pick(member, ['id', 'label', 'row', 'role']),
        ...(member.swatch === undefined ? {} : { swatch: toSwatchResponse(member.swatch) }),
        ...(found === undefined ? {} : { type: found.type, ...linksOf(found) }),
        published: found !== undefined && isPublished(found),
        ...(found?.trashed ? { trashed: true as const } : {}),
      };
    }),
    warnings: [...warnings],
  };
}

function toSwatchResponse(swatch: Swatch) {
  return 'id' in swatch ? pick(swatch, ['id']) : pick(swatch, ['color', 'label']);
}

export const setHandlers = {
  createSet: { handle: createSet, headersOf: assetEtag },
  readSet: { handle: readSet, headersOf: assetEtag },
  editSet: { handle: editSet, headersOf: assetEtag },
  listSetsOfAsset,
} satisfies HandlersOf<typeof setRoutes>;
