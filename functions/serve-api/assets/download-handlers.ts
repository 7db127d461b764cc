import type { downloadRoutes } from '@pressroom/api/assets/download-routes';
import { attachment } from '../../../adapters/http/attachment.ts';
import { isSetType } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';

/** Seconds that a URL is good for. A download that has begun is not ended. */
const urlSeconds = 600;

/** The file as it was uploaded: of an image with a rendition, the original. One or two reads, and a HEAD. */
async function downloadAsset(
  { company, params: { id }, query }: Pick<RequestOf<'downloadAsset'>, 'company' | 'params' | 'query'>,
  { assets: { getAsset, getVersion, masterExists, signDownload }, clock }: Dependencies,
): PromisedResponse<'downloadAsset'> {
  const asset = await getAsset(company, id);
  if (!asset || isFormerId(asset)) throw new Failure('asset.not-found', `There is no asset ${id}`);
  if (isSetType(asset.type)) throw new Failure('asset.no-file', `${id} is a set: download its members`);
  if (asset.parent !== undefined) {
    throw new Failure('asset.no-file', `${id} is derived from ${asset.parent}: download that`);
  }
  const number = query.version ?? asset.version;
  const version = number === asset.version ? asset : await getVersion(company, id, number);
  if (!version) throw new Failure('version.not-found', `${id} has no version ${number}`);
  const { masterKey, masterVersionId, originalVersionId, originalType, originalBytes, fileName } = version;
  const versionId = originalVersionId ?? masterVersionId;
  if (!(await masterExists({ masterKey, masterVersionId: versionId })))
    throw new Failure('version.not-found', `The file of version ${number} of ${id} is not kept any more`);
  return {
    url: await signDownload({ key: masterKey, versionId }, attachment(fileName), urlSeconds),
    expires: new Date(clock() + urlSeconds * 1_000).toISOString(),
    fileName,
    version: number,
    type: originalType ?? version.mimeType,
    bytes: originalBytes ?? version.bytes,
  };
}

export const downloadHandlers = { downloadAsset } satisfies HandlersOf<typeof downloadRoutes>;
