import type { AssetStore } from '../../../adapters/dynamodb/assets/asset-store.ts';
import type { MetadataSchemaStore } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import type { MetadataStore } from '../../../adapters/dynamodb/library/metadata-store.ts';
import { type Asset, entityTag } from '../../../domain/assets/asset.ts';
import { Failure, type FailureDetail } from '../../../domain/failure.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { editMetadata } from '../../../domain/library/edit-metadata.ts';
import { defaultSchema, type MetadataSchema } from '../../../domain/library/metadata-schema.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';

export interface EditMetadataOfAssetsDependencies
  extends Pick<AssetStore, 'getAsset' | 'getAssets'>,
    Pick<MetadataSchemaStore, 'getMetadataSchema'>,
    MetadataStore {
  readonly now: () => string;
}

/** Edits side by side: 1,000 of some 20 ms each take a second and a half. */
const atATime = 16;

/** Times that an edit is made again because somebody else changed the asset. */
const maxAttempts = 5;

type Request = RequestOf<'editMetadataOfAssets'>;
type Result = Awaited<PromisedResponse<'editMetadataOfAssets'>>['results'][number];

/**
 * Adds and removes keywords and sets fields of up to 1,000 assets. Unless `partial`, all are looked at before any is
 * changed, and nothing is where one is unknown, in the trash, or would break a rule; what changes meanwhile is edited
 * as it then is.
 */
export async function editMetadataOfAssets(
  { company, user, body }: Request,
  dependencies: EditMetadataOfAssetsDependencies,
): PromisedResponse<'editMetadataOfAssets'> {
  const { assetIds, partial } = body;
  const [assets, schema] = await Promise.all([
    dependencies.getAssets(company, assetIds, { consistent: true }),
    body.fields === undefined ? defaultSchema : dependencies.getMetadataSchema(company),
  ]);
  if (!partial) refuseWrong(assetIds, assets, (asset) => edited(asset, schema));

  const results = await inParallel(assetIds, atATime, async (id): Promise<Result> => {
    try {
      return await editOne(id, assets.get(id));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { id, outcome: 'failed', code: error.code, detail: error.message };
    }
  });
  return { results };

  async function editOne(id: string, first: Asset | undefined): Promise<Result> {
    let before = first;
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (!before || isFormerId(before)) throw new Failure('asset.not-found', noAsset(id));
      if (before.trashed) throw new Failure('asset.trashed', isInTrash(id));
      const after = edited(before, schema);
      if (after === before) return { id, outcome: 'unchanged', etag: entityTag(before) };
      if (await dependencies.recordMetadata(before, after)) {
        return { id, outcome: 'changed', etag: entityTag(after) };
      }
      before = await dependencies.getAsset(company, id);
    }
    throw new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`);
  }

  function edited(asset: Asset, by: MetadataSchema): Asset {
    const { addKeywords, removeKeywords, fields } = body;
    const edit = { addKeywords, removeKeywords, fields };
    return editMetadata(asset, edit, by, { at: dependencies.now(), by: user.subject });
  }
}

/** @throws Failure that lists every asset that cannot be edited, and why */
function refuseWrong(
  ids: readonly string[],
  assets: ReadonlyMap<string, Asset>,
  edit: (asset: Asset) => Asset,
): void {
  const missing = ids.filter((id) => {
    const asset = assets.get(id);
    return !asset || isFormerId(asset);
  });
  if (missing.length > 0) throw refusal('asset.not-found', ids, missing, noAsset);
  const inTrash = ids.filter((id) => assets.get(id)?.trashed);
  if (inTrash.length > 0) {
    throw refusal('asset.trashed', ids, inTrash, isInTrash);
  }
  const details: FailureDetail[] = [];
  for (const asset of assets.values()) {
    try {
      edit(asset);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      details.push(
        ...error.details.map(({ field, message }) => ({ field, message: `${asset.id}: ${message}` })),
      );
    }
  }
  const [first] = details;
  if (first) throw new Failure('request.invalid', `${first.field}: ${first.message}`, { details });
}

const noAsset = (id: string) => `There is no asset ${id}`;
const isInTrash = (id: string) => `${id} is in the trash; restore it first`;

function refusal(
  code: 'asset.not-found' | 'asset.trashed',
  ids: readonly string[],
  refused: readonly string[],
  words: (id: string) => string,
): Failure {
  const details = refused.map((id) => ({ field: `assetIds[${ids.indexOf(id)}]`, message: words(id) }));
  const more = details.length === 1 ? '' : `, and ${details.length - 1} more`;
  return new Failure(code, `${details[0]?.message}${more}`, { details });
}
