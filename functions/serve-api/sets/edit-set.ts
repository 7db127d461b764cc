import type { SettingsRecords } from '../../../adapters/dynamodb/companies/settings-records.ts';
import type { SavedSet, SetEdit, SetPublishing } from '../../../application/sets/save-set.ts';
import type { SetMember } from '../../../domain/sets/set-record.ts';
import type { ReplyOf, RequestOf } from '../api-call.ts';
import { setAnswer } from './set-answer.ts';

export interface EditSetDependencies extends Pick<SettingsRecords, 'getSettings'> {
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
): ReplyOf<'editSet'> {
  const members = body.members as readonly SetMember[];
  const saved = await dependencies.editSet(
    { company, id: params.id, change: ({ type }) => ({ type, members }), publish: body.publish, ifMatch },
    { by: user.subject, at: dependencies.now(), settings: await dependencies.getSettings(company) },
  );
  return setAnswer(saved, dependencies.deliveryDomain);
}
