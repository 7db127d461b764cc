import { crc32 } from 'node:zlib';
import type { SQSEvent } from 'aws-lambda';
import type { UploadPart } from '../../adapters/s3/upload-parts.ts';
import type { ZipDownloads, ZipPlace } from '../../adapters/s3/zip-downloads.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { type ZipDownload, type ZippedAsset, zipPartBytes } from '../../domain/library/zip-download.ts';
import {
  type ZipLayout,
  type ZipPiece,
  zipDescriptor,
  zipDirectory,
  zipHeader,
  zipLayout,
  zipPieces,
} from '../../domain/library/zip-layout.ts';
import { zipRequest } from './zip-assets.contract.ts';

export interface ZipAssetsDependencies
  extends Pick<
    ZipDownloads,
    | 'findDownload'
    | 'writeDownload'
    | 'readZipList'
    | 'writeZipList'
    | 'findZipProgress'
    | 'writeZipProgress'
    | 'zipExists'
    | 'beginZip'
    | 'sendZipPart'
    | 'completeZip'
  > {
  /** Reads a range of a master. @returns undefined if it is not kept any more */
  readonly readRange: (
    master: Pick<ZippedAsset, 'masterKey' | 'versionId'>,
    range: { readonly from: number; readonly to: number },
  ) => Promise<Uint8Array | undefined>;
  /** Puts a ZIP file back into the queue. */
  readonly requestZip: (place: ZipPlace) => Promise<void>;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
  readonly now: () => string;
}

/** Bytes of one read, and reads at a time: a part of a large file is four, and small files are read side by side. */
const rangeBytes = 4 * 1024 ** 2;
const readsAtOnce = 24;

/** Upload parts after which the progress is recorded. An interrupted call writes as many again. */
const partsPerRecord = 20;

/** Milliseconds reserved for a part and the record of the progress. */
const reserve = 60_000;

/**
 * "Zip Assets": writes the originals of the chosen assets into one ZIP file, in upload parts. Where each byte of it comes from
 * is known beforehand, so an interrupted call continues at any upload part, and a parallel call sends the same parts. When
 * its time is up, it puts the rest into the queue. If a master has been deleted meanwhile, the ZIP file is begun again
 * without it, and the asset is listed.
 *
 * Costs: 10,000 files of 1 MB are 10,000 GETs ($0.004), 600 upload parts ($0.003), three minutes of 1 GB ($0.003), and
 * $0.02 for two days of storage.
 * @throws Error if the multipart upload was lost; any error of S3. SQS then delivers the message again
 */
export async function zipAssets(event: SQSEvent, dependencies: ZipAssetsDependencies): Promise<void> {
  for (const { body } of event.Records) {
    const place = zipRequest.parse(JSON.parse(body));
    const download = await dependencies.findDownload(place);
    // Deleted after two days, or written by a parallel call.
    if (!download || (await dependencies.zipExists(place))) continue;
    await continueZip(download, dependencies);
  }
}

async function continueZip(download: ZipDownload, dependencies: ZipAssetsDependencies): Promise<void> {
  const { revision } = download;
  const files = await dependencies.readZipList(download, revision);
  const layout = zipLayout(files);
  const parts = Math.ceil(layout.bytes / zipPartBytes);
  const before = await dependencies.findZipProgress(download, revision);
  let uploadId = before?.uploadId ?? (await dependencies.beginZip(download));
  let sent: UploadPart[] = [...(before?.sent ?? [])];
  let crcs = before?.crcs ?? [];
  // Recorded before the first part, so that the next call continues with this upload.
  if (!before) await saveProgress();

  let next = await readPart(layout, sent.length, crcs, dependencies);
  for (;;) {
    if ('missing' in next) {
      await leaveOut(download, files, next.missing, dependencies);
      return;
    }
    const part: FilledPart = next;
    const number = sent.length + 1;
    const goesOn = number < parts && dependencies.timeLeft() > reserve;
    // The next part is read while this one is sent.
    const [result, following] = await Promise.all([
      dependencies.sendZipPart(download, uploadId, number, part.bytes),
      goesOn ? readPart(layout, number, part.crcs, dependencies) : undefined,
    ]);
    if (result === 'missing') {
      if (await dependencies.zipExists(download)) return;
      // S3 aborts an upload that is unfinished for a day: all of it is written again.
      uploadId = await dependencies.beginZip(download);
      sent = [];
      crcs = [];
      await saveProgress();
      await dependencies.requestZip(placeOf(download));
      return;
    }
    sent.push(result);
    crcs = part.crcs;
    if (number === parts) break;
    if (!following || number % partsPerRecord === 0) await saveProgress();
    if (!following) {
      await dependencies.requestZip(placeOf(download));
      return;
    }
    next = following;
  }
  const end = await dependencies.completeZip(download, uploadId, sent);
  if (end === 'missing' && !(await dependencies.zipExists(download)))
    throw new Error(`The multipart upload of the ZIP file ${download.id} was lost`);

  function saveProgress(): Promise<void> {
    return dependencies.writeZipProgress(download, revision, {
      at: dependencies.now(),
      uploadId,
      sent: [...sent],
      crcs,
    });
  }
}

interface FilledPart {
  readonly bytes: Buffer;
  /** With those of the files in this part. */
  readonly crcs: readonly number[];
}

/** @param index of the upload part, from 0. @returns the index of a file that is not kept any more, if there is one */
async function readPart(
  layout: ZipLayout,
  index: number,
  before: readonly number[],
  { readRange }: Pick<ZipAssetsDependencies, 'readRange'>,
): Promise<FilledPart | { readonly missing: number }> {
  const from = index * zipPartBytes;
  const pieces = zipPieces(layout, from, Math.min(from + zipPartBytes, layout.bytes)).flatMap(withinOneRead);
  const read = await inParallel(pieces, readsAtOnce, async (piece) =>
    piece.kind === 'data' ? readRange(fileOf(layout, piece), piece) : undefined,
  );
  const crcs = [...before];
  const filled: Uint8Array[] = [];
  for (const [position, piece] of pieces.entries()) {
    if (piece.kind !== 'data') {
      filled.push(frameOf(layout, piece, crcs).subarray(piece.from, piece.to));
      continue;
    }
    const bytes = read[position];
    if (!bytes) return { missing: piece.file };
    crcs[piece.file] = crc32(bytes, piece.from === 0 ? 0 : crcs[piece.file]);
    filled.push(bytes);
  }
  return { bytes: Buffer.concat(filled), crcs };
}

function frameOf(layout: ZipLayout, piece: ZipPiece, crcs: number[]): Buffer {
  if (piece.kind === 'directory') return zipDirectory(layout, crcs);
  const file = fileOf(layout, piece);
  if (piece.kind === 'header') return zipHeader(file);
  // Of an empty file nothing is read.
  crcs[piece.file] ??= 0;
  return zipDescriptor(file, crcs[piece.file] ?? 0);
}

function fileOf(layout: ZipLayout, { file }: Pick<ZipPiece, 'file'>): ZippedAsset {
  return layout.files[file] as ZippedAsset;
}

function withinOneRead(piece: ZipPiece): ZipPiece[] {
  if (piece.kind !== 'data') return [piece];
  const pieces: ZipPiece[] = [];
  for (let from = piece.from; from < piece.to; from += rangeBytes)
    pieces.push({ ...piece, from, to: Math.min(from + rangeBytes, piece.to) });
  return pieces;
}

/** Begins the ZIP file again without one of its files. */
async function leaveOut(
  download: ZipDownload,
  files: readonly ZippedAsset[],
  missing: number,
  dependencies: ZipAssetsDependencies,
): Promise<void> {
  const kept = files.filter((_, index) => index !== missing);
  const id = files[missing]?.id ?? '';
  const revision = download.revision + 1;
  await dependencies.writeZipList(download, revision, kept);
  await dependencies.writeDownload({
    ...download,
    revision,
    requestedAt: dependencies.now(),
    files: kept.length,
    bytes: zipLayout(kept).bytes,
    leftOut: [...download.leftOut, { id, message: `The file of ${id} is not kept any more` }],
  });
  await dependencies.requestZip(placeOf(download));
}

function placeOf({ company, id }: ZipPlace): ZipPlace {
  return { company, id };
}
