import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { DerivedEdit, DerivedImage } from '../../../application/assets/derive-image.ts';
import type { SetPublishing } from '../../../application/sets/save-set.ts';
import { canonicalRecipe } from '../../../domain/sets/recipe.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { derivedAnswer } from './derived-answer.ts';

export interface EditDerivedDependencies extends Pick<SettingsRecords, 'getSettings'> {
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
): ReplyOf<'editDerived'> {
  const derived = await dependencies.editDerived(
    { company, parent: params.id, id: params.derivedId, recipe: canonicalRecipe(body.recipe), ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.getSettings(company) },
  );
  return derivedAnswer(derived, dependencies.deliveryDomain);
}
