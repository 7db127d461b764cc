import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { DerivedEdit, DerivedImage } from '../../../application/assets/derive-image.ts';
import type { SetPublishing } from '../../../application/sets/save-set.ts';
import { canonicalRecipe } from '../../../domain/sets/recipe.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toDerivedResponse } from './derived-response.ts';

export interface EditDerivedDependencies extends Pick<SettingsStore, 'getSettings'> {
  readonly editDerived: (edit: DerivedEdit, deriving: SetPublishing) => Promise<DerivedImage>;
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Gives a derived image another recipe. */
export async function editDerived(
  {
    company,
    user,
    params,
    body,
    ifMatch,
  }: Pick<RequestOf<'editDerived'>, 'company' | 'user' | 'params' | 'body' | 'ifMatch'>,
  dependencies: EditDerivedDependencies,
): PromisedResponse<'editDerived'> {
  const derived = await dependencies.editDerived(
    { company, parent: params.id, id: params.derivedId, recipe: canonicalRecipe(body.recipe), ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.getSettings(company) },
  );
  return toDerivedResponse(derived, dependencies.deliveryDomain);
}
