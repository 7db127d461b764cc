import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import type { NewSet, SavedSet, SetPublishing } from '../../../application/sets/save-set.ts';
import { checkAssetId } from '../../../domain/assets/asset-id.ts';
import type { SetMember } from '../../../domain/sets/set-record.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { toSetResponse } from './set-response.ts';

export interface CreateSetDependencies extends Pick<SettingsStore, 'getSettings'> {
  readonly createSet: (set: NewSet, saving: SetPublishing) => Promise<SavedSet>;
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Builds a set of assets and, unless told otherwise, publishes it with everything in it. */
export async function createSet(
  { company, user, body }: Pick<RequestOf<'createSet'>, 'company' | 'user' | 'body'>,
  dependencies: CreateSetDependencies,
): PromisedResponse<'createSet'> {
  const { type, id, folder, publish, members, title, description, altText } = body;
  checkAssetId(id, 'id');
  const saved = await dependencies.createSet(
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
    { by: user.subject, at: dependencies.now(), settings: await dependencies.getSettings(company) },
  );
  return toSetResponse(saved, dependencies.deliveryDomain);
}
