import type { imageSettingsRoutes } from '@pressroom/api/delivery/image-settings-routes';
import { defaultImageTypes, productImageSettings } from '../../../domain/delivery/image-settings.ts';
import { Failure, invalidField } from '../../../domain/failure.ts';
import { ifMatchHolds } from '../../../domain/if-match.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

async function readImageSettings(
  { company }: Pick<RequestOf<'readImageSettings'>, 'company'>,
  { imageSettings: { readCompanyImages } }: Dependencies,
): PromisedResponse<'readImageSettings'> {
  const { settings } = await readCompanyImages(company);
  return settings ?? { ...productImageSettings, version: 0 };
}

/** Saves the settings, and then flushes all of the company. The same request repairs a flush that failed. */
async function putImageSettings(
  {
    company,
    user,
    body,
    ifMatch,
  }: Pick<RequestOf<'putImageSettings'>, 'company' | 'user' | 'body' | 'ifMatch'>,
  { assets, imageSettings: { changeCompanyImages, invalidateCompany }, now }: Dependencies,
): PromisedResponse<'putImageSettings'> {
  if (body.defaultImage !== null) await checkDefaultImage(company, body.defaultImage, assets);
  const saved = await changeCompanyImages(company, (images) => {
    const before = images.settings?.version ?? 0;
    if (!ifMatchHolds(ifMatch, etagOf(before))) {
      throw new Failure('settings.stale', 'The image settings were changed; read them again');
    }
    const settings = { ...body, version: before + 1, modified: now(), modifiedBy: user.subject };
    return { images: { ...images, settings }, result: settings };
  });
  await invalidateCompany(company);
  return saved;
}

/** It may be unpublished: until it is published, unknown ids have no image. */
async function checkDefaultImage(
  company: string,
  id: string,
  { getAsset }: Pick<Dependencies['assets'], 'getAsset'>,
): Promise<void> {
  const asset = await getAsset(company, id);
  if (!asset || asset.trashed)
    throw invalidField('defaultImage', `'${id}' does not exist; name an image of the company, or null`);
  if (!defaultImageTypes.includes(asset.type))
    throw invalidField('defaultImage', `'${id}' is of type ${asset.type}; it must be an image`);
}

/** The entity tag of the settings: their version. That of settings that were never saved is 0. */
function etagOf(version: number): string {
  return `"${version}"`;
}

const headersOf = ({ version }: { readonly version: number }) => ({ etag: etagOf(version) });

export const imageSettingsHandlers = {
  readImageSettings: { handle: readImageSettings, headersOf },
  putImageSettings: { handle: putImageSettings, headersOf },
} satisfies HandlersOf<typeof imageSettingsRoutes>;
