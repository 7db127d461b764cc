import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { MetadataSchemaStore } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import type { MetadataStore } from '../../../adapters/dynamodb/library/metadata-store.ts';
import { checkEntityTag } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { editMetadata as edited } from '../../../domain/library/edit-metadata.ts';
import { defaultSchema } from '../../../domain/library/metadata-schema.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import { toAssetResponse } from '../assets/asset-response.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface EditMetadataDependencies
  extends Pick<AssetStore, 'getAsset'>,
    Pick<MetadataSchemaStore, 'getMetadataSchema'>,
    MetadataStore {
  readonly deliveryDomain: string;
  readonly now: () => string;
}

/** Times that an edit is made again because somebody else changed the asset. */
const maxAttempts = 5;

/** Changes what the request names of an asset's metadata. Publishing has nothing to do with it: nothing goes live. */
export async function editMetadata(
  { company, user, params, body, ifMatch }: RequestOf<'editMetadata'>,
  dependencies: EditMetadataDependencies,
): PromisedResponse<'editMetadata'> {
  const { id } = params;
  const schema = body.fields === undefined ? defaultSchema : await dependencies.getMetadataSchema(company);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const before = await dependencies.getAsset(company, id);
    if (!before || isFormerId(before)) throw new Failure('asset.not-found', `There is no asset ${id}`);
    if (before.trashed) throw new Failure('asset.trashed', `${id} is in the trash; restore it first`);
    checkEntityTag(before, ifMatch);
    const after = edited(before, body, schema, { at: dependencies.now(), by: user.subject });
    if (after === before || (await dependencies.recordMetadata(before, after))) {
      return toAssetResponse(after, dependencies.deliveryDomain);
    }
  }
  throw new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`);
}
