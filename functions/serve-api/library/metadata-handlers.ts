import type { metadataRoutes } from '@pressroom/api/library/metadata-routes';
import type { ResponseOf } from '@pressroom/api/route';
import type { StoredSchema } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import { editAssetMetadata } from '../../../application/library/edit-asset-metadata.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { checkEntityTag, entityTag, timeAfter } from '../../../domain/assets/asset.ts';
import { Failure, type FailureDetail } from '../../../domain/failure.ts';
import { ifMatchHolds } from '../../../domain/if-match.ts';
import { inParallel } from '../../../domain/in-parallel.ts';
import { editMetadata as edited } from '../../../domain/library/edit-metadata.ts';
import {
  defaultSchema,
  type MetadataField,
  type MetadataSchema,
} from '../../../domain/library/metadata-schema.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import { changedMeanwhile, untilUnchanged } from '../../../domain/until-unchanged.ts';
import { assetEtag, toAssetResponse } from '../assets/asset-response.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';
import { exportMetadata } from './export-metadata.ts';
import { importMetadata } from './import-metadata.ts';
import { assetsOfQuery } from './selected-assets.ts';

/** Changes what the request names of an asset's metadata. Publishing has nothing to do with it: nothing goes live. */
async function editMetadata(
  { company, user, params, body, ifMatch }: RequestOf<'editMetadata'>,
  dependencies: Dependencies,
): PromisedResponse<'editMetadata'> {
  const { id } = params;
  const schema =
    body.fields === undefined ? defaultSchema : await dependencies.library.getMetadataSchema(company);
  return untilUnchanged(
    async () => {
      const before = await dependencies.assets.getAsset(company, id);
      if (!before || isFormerId(before)) throw new Failure('asset.not-found', `There is no asset ${id}`);
      if (before.trashed) throw new Failure('asset.trashed', `${id} is in the trash; restore it first`);
      checkEntityTag(before, ifMatch);
      const after = edited(before, body, schema, { at: dependencies.now(), by: user.subject });
      if (after === before || (await dependencies.library.recordMetadata(before, after))) {
        return toAssetResponse(after, dependencies.deliveryDomain);
      }
      return changedMeanwhile;
    },
    () => keepsChanging(id),
  );
}

/** Edits side by side: 1,000 of some 20 ms each take a second and a half. */
const atATime = 16;

type Request = RequestOf<'editMetadataOfAssets'>;
type Result = Awaited<PromisedResponse<'editMetadataOfAssets'>>['results'][number];

/**
 * Adds, removes and replaces keywords and sets fields of up to 1,000 assets, named or found by a search. Unless `partial`, all are looked at before any is
 * changed, and nothing is where one is unknown, in the trash, or would break a rule; what changes meanwhile is edited
 * as it then is.
 */
async function editMetadataOfAssets(
  { company, user, body }: Request,
  dependencies: Dependencies,
): PromisedResponse<'editMetadataOfAssets'> {
  const { assetIds: named = [], partial, scope } = body;
  const found = scope && (await assetsOfQuery(company, scope, dependencies));
  const [assets, schema] = await Promise.all([
    found ? mapOf(found.assets) : dependencies.assets.getAssets(company, named, { consistent: true }),
    body.fields === undefined ? defaultSchema : dependencies.library.getMetadataSchema(company),
  ]);
  const assetIds = found ? [...assets.keys()] : named;
  if (!partial) refuseWrong(assetIds, assets, (asset) => afterEdit(asset, schema));

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
    const edit = (asset: Asset) => afterEdit(asset, schema);
    const { outcome, asset } = await editAssetMetadata({ company, id }, first, edit, {
      ...dependencies.assets,
      ...dependencies.library,
    });
    return { id, outcome, etag: entityTag(asset) };
  }

  function afterEdit(asset: Asset, by: MetadataSchema): Asset {
    const { keywords, addKeywords, removeKeywords, fields } = body;
    const edit = { keywords, addKeywords, removeKeywords, fields };
    return edited(asset, edit, by, { at: dependencies.now(), by: user.subject });
  }
}

function mapOf(assets: readonly Asset[]): ReadonlyMap<string, Asset> {
  return new Map(assets.map((asset) => [asset.id, asset]));
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

const keepsChanging = (id: string) =>
  new Failure('asset.changed-meanwhile', `${id} keeps being changed; try again`);
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

type MetadataSchemaResponse = ResponseOf<typeof metadataRoutes.readMetadataSchema>;

async function readMetadataSchema(
  { company }: Pick<RequestOf<'readMetadataSchema'>, 'company'>,
  { library: { getMetadataSchema } }: Dependencies,
): PromisedResponse<'readMetadataSchema'> {
  return toMetadataSchemaResponse(await getMetadataSchema(company));
}

/** Replaces the schema as a whole; what assets have already is not looked at. */
async function writeMetadataSchema(
  { company, user, body, ifMatch }: RequestOf<'writeMetadataSchema'>,
  { library: { getMetadataSchema, putMetadataSchema }, now }: Dependencies,
): PromisedResponse<'writeMetadataSchema'> {
  return untilUnchanged(
    async () => {
      const before = await getMetadataSchema(company);
      if (!ifMatchHolds(ifMatch, schemaEtag(before))) throw staleSchema(before);
      const modified = timeAfter(before.modified ?? '', now());
      const schema = { ...body, modified, modifiedBy: user.subject };
      if (!(await putMetadataSchema(company, before, schema))) return changedMeanwhile;
      return toMetadataSchemaResponse(schema);
    },
    () => staleSchema({}),
  );
}

/** The entity tag of a schema: the time of its last change. That of the default schema is 0. */
function schemaEtag({ modified = '0' }: { readonly modified?: string | undefined }): string {
  return `"${modified}"`;
}

function staleSchema(current: Pick<StoredSchema, 'modified' | 'modifiedBy'>): Failure {
  const when = current.modified === undefined ? '' : ` at ${current.modified} by ${current.modifiedBy}`;
  return new Failure('settings.stale', `The metadata fields were changed${when}; read them again`);
}

const schemaTag = { headersOf: (schema: MetadataSchemaResponse) => ({ etag: schemaEtag(schema) }) };

function toMetadataSchemaResponse(schema: StoredSchema): MetadataSchemaResponse {
  return {
    ...pick(schema, ['freeFields', 'modified', 'modifiedBy']),
    fields: schema.fields.map(toFieldResponse),
  };
}

function toFieldResponse(field: MetadataField): MetadataSchemaResponse['fields'][number] {
  const base = pick(field, ['name', 'label', 'required']);
  if (field.type === 'choice') return { ...base, type: field.type, values: [...field.values] };
  if (field.type !== 'text') return { ...base, type: field.type };
  const { type, maxLength } = field;
  return { ...base, type, ...(maxLength === undefined ? {} : { maxLength }) };
}

export const metadataHandlers = {
  editMetadata: { handle: editMetadata, headersOf: assetEtag },
  editMetadataOfAssets,
  exportMetadata: { respond: exportMetadata },
  importMetadata,
  readMetadataSchema: { handle: readMetadataSchema, ...schemaTag },
  writeMetadataSchema: { handle: writeMetadataSchema, ...schemaTag },
} satisfies HandlersOf<typeof metadataRoutes>;
