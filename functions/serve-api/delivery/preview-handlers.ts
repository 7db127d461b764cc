import type { previewRoutes } from '@pressroom/api/delivery/preview-routes';
import { withAllRevoked, withRevoked } from '../../../adapters/s3/preview-settings.ts';
import { openPreview, revocationOf } from '../../../adapters/tokens/preview-tokens.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import { deliveryKindOf } from '../../../domain/delivery/delivery-urls.ts';
import {
  type PreviewedAsset,
  previewKindOf,
  readPreviewPath,
  scopeOf,
} from '../../../domain/delivery/preview-scope.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { holderOf } from '../../../domain/sets/built-asset.ts';
import { canonicalRecipe } from '../../../domain/sets/recipe.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { previewUrlOf } from './preview-links.ts';

/** Signs a link to one version of an asset, or to an image that a recipe makes of it. Nothing is stored. */
async function createPreview(
  { company, body }: Pick<RequestOf<'createPreview'>, 'company' | 'body'>,
  dependencies: Dependencies,
): PromisedResponse<'createPreview'> {
  const { assetId, version, seconds } = body;
  const asset = await dependencies.assets.getAsset(company, assetId);
  if (!asset || asset.trashed?.renamedTo !== undefined)
    throw new Failure('asset.not-found', asset ? holderOf(asset) : `There is no asset ${assetId}`);
  if (asset.trashed) throw new Failure('asset.trashed', `${assetId} is in the trash; restore it first`);
  const found = version === undefined ? asset : await versionOf(asset, version, dependencies);
  const shown = body.recipe === undefined ? found : withRecipe(found, body.recipe);
  const kind = previewKindOf(shown.type);
  if (!kind)
    throw new Failure('preview.refused', `${assetId} is of type ${shown.type}, which has no preview`);
  const expires = Math.floor(dependencies.clock() / 1_000) + seconds;
  const nonce = Buffer.from(dependencies.randomBytes(6)).toString('base64url');
  const settings = await dependencies.previews.ensurePreviewSettings(company);
  return {
    url: previewUrlOf({ ...scopeOf(shown, kind, expires), nonce }, settings, dependencies.deliveryDomain),
    kind,
    assetId,
    version: shown.version,
    expires: timeOf(expires),
  };
}

/** @throws Failure `version.not-found`; `version.refused` if its bytes are gone */
async function versionOf(
  asset: Asset,
  version: number,
  { assets: { getVersion, masterExists } }: Dependencies,
): Promise<PreviewedAsset> {
  if (version === asset.version) return asset;
  const { company, id } = asset;
  const found = await getVersion(company, id, version);
  if (!found) throw new Failure('version.not-found', `${id} has no version ${version}`);
  if (!(await masterExists(found)))
    throw new Failure('version.refused', `The bytes of version ${version} of ${id} are not kept any more`);
  return { ...found, company, id };
}

/** The image that a recipe would make of the same bytes. */
function withRecipe(asset: PreviewedAsset, text: string): PreviewedAsset {
  if (deliveryKindOf(asset.type) !== 'image')
    throw invalidField('recipe', `is for images; ${asset.id} is of type ${asset.type}`);
  return { ...asset, recipe: canonicalRecipe(text) };
}

/** Ends one preview. Every user may: it is the URL that one has to know. */
async function revokePreview(
  { company, body: { url } }: Pick<RequestOf<'revokePreview'>, 'company' | 'body'>,
  { previews: { readPreviewSettings, changePreviewSettings }, clock }: Dependencies,
): PromisedResponse<'revokePreview'> {
  const path = readPreviewPath(pathIn(url));
  const settings = await readPreviewSettings(company, Number.MAX_SAFE_INTEGER);
  const scope =
    path && settings && path.company === company ? openPreview(path.token, path, settings) : undefined;
  if (!path || !scope) {
    throw new Failure(
      'preview.not-found',
      'This is not the URL of a preview of this company, or every preview was revoked since it was made',
    );
  }
  const { id, expires } = scope;
  const now = Math.floor(clock() / 1_000);
  if (expires > now) {
    const signature = revocationOf(path.token);
    await changePreviewSettings(company, (current) => withRevoked(current, signature, expires, now));
  }
  return { assetId: id, expires: timeOf(expires) };
}

/** The path of a URL, with or without its host. */
function pathIn(url: string): string {
  return url
    .trim()
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '');
}

/** Ends every preview, also those in lists: a list that is read again has new ones. */
async function revokePreviews(
  { company }: Pick<RequestOf<'revokePreviews'>, 'company'>,
  { previews: { changePreviewSettings }, randomBytes }: Dependencies,
): PromisedResponse<'revokePreviews'> {
  const key = randomBytes(32);
  const { generation } = await changePreviewSettings(company, (settings) => withAllRevoked(settings, key));
  return { generation };
}

/** @param seconds since 1970 */
function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}

export const previewHandlers = {
  createPreview,
  revokePreview,
  revokePreviews,
} satisfies HandlersOf<typeof previewRoutes>;
