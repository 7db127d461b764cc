import type { derivedRoutes } from '@pressroom/api/assets/derived-routes';
import * as z from 'zod';
import { readCursor, writeCursor } from '../../../adapters/http/cursor.ts';
import { checkAssetId } from '../../../domain/assets/asset-id.ts';
import { checkModifier } from '../../../domain/delivery/check-modifiers.ts';
import { modifiersOf } from '../../../domain/delivery/modifiers.ts';
import { Failure } from '../../../domain/failure.ts';
import { canonicalRecipe } from '../../../domain/sets/recipe.ts';
import { previewLinker } from '../delivery/preview-links.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { assetEtag, toDerivedResponse, toListedAsset } from './asset-response.ts';

/** Derives an image from another and, by default, publishes it. */
async function createDerived(
  { company, user, params, body }: Pick<RequestOf<'createDerived'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'createDerived'> {
  const { id, folder, publish } = body;
  checkAssetId(id, 'id');
  const recipe = canonicalRecipe(body.recipe);
  const derived = await dependencies.derivedImages.createDerived(
    { company, parent: params.id, id, folder, recipe, publish },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.companies.getSettings(company) },
  );
  return toDerivedResponse(derived, dependencies.deliveryDomain);
}

const position = z.string().min(1).max(400);

/** What is derived from an image, by id. A link without its image, left by a change that broke off, is passed over. */
async function listDerived(
  { company, params, query }: Pick<RequestOf<'listDerived'>, 'company' | 'params' | 'query'>,
  dependencies: Dependencies,
): PromisedResponse<'listDerived'> {
  const {
    assets: { getAsset, getAssets },
    derivedImages: { listDerived: list },
    deliveryDomain,
  } = dependencies;
  if (!(await getAsset(company, params.id))) {
    throw new Failure('asset.not-found', `There is no asset ${params.id}`);
  }
  const after = readCursor(position, query.cursor);
  const { items: ids, next } = await list(company, params.id, { limit: query.limit, after });
  const assets = await getAssets(company, ids, { consistent: true });
  const derived = ids.flatMap((id) => {
    const asset = assets.get(id);
    return asset?.parent === params.id ? [asset] : [];
  });
  const linker = await previewLinker(company, derived, dependencies);
  return {
    items: derived.map((asset) => toListedAsset(asset, linker, deliveryDomain)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
}

/** Gives a derived image another recipe. */
async function editDerived(
  {
    company,
    user,
    params,
    body,
    ifMatch,
  }: Pick<RequestOf<'editDerived'>, 'company' | 'user' | 'params' | 'body' | 'ifMatch'>,
  dependencies: Dependencies,
): PromisedResponse<'editDerived'> {
  const derived = await dependencies.derivedImages.editDerived(
    { company, parent: params.id, id: params.derivedId, recipe: canonicalRecipe(body.recipe), ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.companies.getSettings(company) },
  );
  return toDerivedResponse(derived, dependencies.deliveryDomain);
}

/** Sets or removes the focal point of an image. */
async function setFocus(
  { company, user, params, body, ifMatch }: RequestOf<'setFocus'>,
  dependencies: Dependencies,
): PromisedResponse<'setFocus'> {
  const edited = await dependencies.derivedImages.setFocus(
    { company, id: params.id, focus: body.focus, ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.companies.getSettings(company) },
  );
  return toDerivedResponse(edited, dependencies.deliveryDomain);
}

/** Sets or removes the modifiers of an image. */
async function setModifiers(
  { company, user, params, body, ifMatch }: RequestOf<'setModifiers'>,
  dependencies: Dependencies,
): PromisedResponse<'setModifiers'> {
  const given = { modifier: body.modifier || undefined, postModifier: body.postModifier || undefined };
  const modifiers = modifiersOf(given);
  for (const name of ['modifier', 'postModifier'] as const) {
    const text = modifiers[name];
    if (text !== undefined) checkModifier(name, text);
  }
  const edited = await dependencies.derivedImages.setModifiers(
    { company, id: params.id, modifiers, ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.companies.getSettings(company) },
  );
  return toDerivedResponse(edited, dependencies.deliveryDomain);
}

export const derivedHandlers = {
  createDerived: { handle: createDerived, headersOf: assetEtag },
  listDerived,
  editDerived: { handle: editDerived, headersOf: assetEtag },
  setFocus: { handle: setFocus, headersOf: assetEtag },
  setModifiers: { handle: setModifiers, headersOf: assetEtag },
} satisfies HandlersOf<typeof derivedRoutes>;
