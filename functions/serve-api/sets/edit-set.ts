import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { SavedSet, SetEdit, SetPublishing } from '../../../application/sets/save-set.ts';
import type { SetMember } from '../../../domain/sets/set-record.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toSetResponse } from './set-response.ts';

export interface EditSetDependencies extends Pick<SettingsStore, 'getSettings'> {
  readonly editSet: (edit: SetEdit, saving: SetPublishing) => Promise<SavedSet>;
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Gives a set the members that the request lists, in its order. */
export async function editSet(
  {
    company,
    user,
    params,
    body,
    ifMatch,
  }: Pick<RequestOf<'editSet'>, 'company' | 'user' | 'params' | 'body' | 'ifMatch'>,
  dependencies: EditSetDependencies,
): PromisedResponse<'editSet'> {
  const members = body.members as readonly SetMember[];
  const saved = await dependencies.editSet(
    { company, id: params.id, change: ({ type }) => ({ type, members }), publish: body.publish, ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.getSettings(company) },
  );
  return toSetResponse(saved, dependencies.deliveryDomain);
}
