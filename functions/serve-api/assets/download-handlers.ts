import type { downloadRoutes } from '@pressroom/api/assets/download-routes';
import { attachment } from '../../../adapters/http/attachment.ts';
import { type Asset, isSetType } from '../../../domain/assets/asset.ts';
import { Failure } from '../../../domain/failure.ts';
import { isFormerId } from '../../../domain/library/trash.ts';
import {
  maxZipBytes,
  type ZipDownload,
  type ZippedAsset,
  zipExpiry,
  zipPartBytes,
} from '../../../domain/library/zip-download.ts';
import { zipLayout } from '../../../domain/library/zip-layout.ts';
import { zipNames } from '../../../domain/library/zip-names.ts';
import type { Dependencies } from '../dependencies.ts';
import type { HandlersOf, PromisedResponse, RequestOf } from '../handler-types.ts';
import { pick } from '../pick.ts';

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

/** Milliseconds without progress of zip-assets, which may take 15 minutes: then it is asked again. */
const patience = 16 * 60_000;

/** Reads half a unit for each asset, and writes three small objects and a message. */
async function createDownload(
  { company, user, body }: RequestOf<'createDownload'>,
  dependencies: Dependencies,
): PromisedResponse<'createDownload'> {
  const found = await dependencies.assets.getAssets(company, body.assetIds);
  const leftOut: { id: string; message: string }[] = [];
  const chosen: Asset[] = [];
  for (const id of new Set(body.assetIds)) {
    const asset = found.get(id);
    const reason = whyWithoutFile(id, asset);
    if (reason !== undefined) leftOut.push({ id, message: reason });
    else if (asset) chosen.push(asset);
  }
  if (chosen.length === 0) {
    const [first] = leftOut;
    throw new Failure('asset.no-file', `None of the assets has a file to download. ${first?.message}`);
  }
  const files = zippedAssets(chosen);
  const content = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (content > maxZipBytes) {
    throw new Failure(
      'download.too-large',
      `The files have ${content} bytes together; a ZIP file takes at most ${maxZipBytes}. Name fewer assets`,
    );
  }
  const now = dependencies.now();
  const download: ZipDownload = {
    company,
    id: dependencies.newId(),
    at: now,
    by: user.subject,
    requestedAt: now,
    revision: 0,
    files: files.length,
    bytes: zipLayout(files).bytes,
    leftOut,
  };
  await dependencies.downloads.writeZipList(download, download.revision, files);
  await dependencies.downloads.writeDownload(download);
  await dependencies.downloads.requestZip({ company, id: download.id });
  return { ...toDownloadResponse(download), status: 'writing', written: 0 };
}

/**
 * If zip-assets has made no progress for 16 minutes, its message was lost, and it is requested again: it continues from
 * what has been written. A GET, a HEAD, and another GET until the ZIP file is ready.
 */
async function readDownload(
  { company, params }: RequestOf<'readDownload'>,
  { downloads, clock, now }: Dependencies,
): PromisedResponse<'readDownload'> {
  const place = { company, id: params.downloadId };
  const download = await downloads.findDownload(place);
  if (!download || zipExpiry(download) <= now())
    throw new Failure('download.not-found', `There is no ZIP file ${place.id}, or it has expired`);
  const response = toDownloadResponse(download);
  if (await downloads.zipExists(place)) {
    const url = await downloads.signZip(place, attachment(response.fileName), urlSeconds);
    return { ...response, status: 'ready', written: download.bytes, url };
  }
  const progress = await downloads.findZipProgress(place, download.revision);
  const last = Math.max(Date.parse(download.requestedAt), Date.parse(progress?.at ?? download.at));
  if (last + patience < clock()) {
    await downloads.writeDownload({ ...download, requestedAt: now() });
    await downloads.requestZip(place);
  }
  const written = Math.min((progress?.sent.length ?? 0) * zipPartBytes, download.bytes);
  return { ...response, status: 'writing', written };
}

function whyWithoutFile(id: string, asset: Asset | undefined): string | undefined {
  if (!asset || isFormerId(asset)) return `There is no asset ${id}`;
  if (isSetType(asset.type)) return `${id} is a set: download its members`;
  return asset.parent === undefined ? undefined : `${id} is derived from ${asset.parent}: download that`;
}

function zippedAssets(assets: readonly Asset[]): ZippedAsset[] {
  const paths = zipNames(assets);
  return assets.map((asset, index) => ({
    id: asset.id,
    path: paths[index] ?? '',
    bytes: asset.originalBytes ?? asset.bytes,
    modified: asset.uploadedAt,
    masterKey: asset.masterKey,
    versionId: asset.originalVersionId ?? asset.masterVersionId,
  }));
}

function toDownloadResponse(download: ZipDownload) {
  return {
    ...pick(download, ['id', 'files', 'bytes']),
    requested: download.at,
    requestedBy: download.by,
    expires: zipExpiry(download),
    leftOut: download.leftOut.map((asset) => pick(asset, ['id', 'message'])),
    fileName: `${download.company} ${download.at.slice(0, 10)}.zip`,
  };
}

export const downloadHandlers = {
  downloadAsset,
  createDownload,
  readDownload,
} satisfies HandlersOf<typeof downloadRoutes>;
