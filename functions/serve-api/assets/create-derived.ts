import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { DerivedImage, NewDerived } from '../../../application/assets/derive-image.ts';
import type { SetPublishing } from '../../../application/sets/save-set.ts';
import { checkAssetId } from '../../../domain/assets/asset-id.ts';
import { canonicalRecipe } from '../../../domain/sets/recipe.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toDerivedResponse } from './derived-response.ts';

export interface CreateDerivedDependencies extends Pick<SettingsStore, 'getSettings'> {
  readonly createDerived: (derived: NewDerived, deriving: SetPublishing) => Promise<DerivedImage>;
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Derives an image from an image and, unless told otherwise, publishes it. */
export async function createDerived(
  { company, user, params, body }: Pick<RequestOf<'createDerived'>, 'company' | 'user' | 'params' | 'body'>,
  dependencies: CreateDerivedDependencies,
): PromisedResponse<'createDerived'> {
  const { id, folder, publish } = body;
  checkAssetId(id, 'id');
  const recipe = canonicalRecipe(body.recipe);
  const derived = await dependencies.createDerived(
    { company, parent: params.id, id, folder, recipe, publish },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.getSettings(company) },
  );
  return toDerivedResponse(derived, dependencies.deliveryDomain);
}
