import { createHash } from 'node:crypto';
import type { UploadPart } from '../../adapters/s3/upload-parts.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { multipartAbove } from '../../domain/uploads/limits.ts';
import type { OpenedSource } from '../../domain/uploads/opened-source.ts';
import { planUploadParts, uploadPartBytes } from '../../domain/uploads/plan-upload-parts.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';

export interface StagingDependencies {
  readonly putStaged: (
    key: string,
    file: { readonly bytes: Uint8Array; readonly type: string; readonly sha256: string },
  ) => Promise<void>;
  readonly beginMultipartUpload: (key: string, type: string) => Promise<string>;
  readonly sendUploadPart: (
    key: string,
    uploadId: string,
    part: number,
    bytes: Uint8Array,
  ) => Promise<UploadPart | 'missing'>;
  readonly listUploadParts: (key: string, uploadId: string) => Promise<Map<number, UploadPart> | undefined>;
  readonly completeMultipartUpload: (
    key: string,
    uploadId: string,
    parts: readonly UploadPart[],
  ) => Promise<'completed' | 'missing'>;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
}

/** The time of this call is up: the parts that were sent stay, and another call continues. */
export class TransferUnfinished extends Error {
  override readonly name = 'TransferUnfinished';
}

/** Parts of a file that are read and sent at a time: four of 52 MiB are in memory. */
const partsAtOnce = 4;

/** Milliseconds reserved for the parts that are on their way, and for the records. */
const reserve = 60_000;

/** SHA-256 in Base64. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/**
 * Reads a whole file that is sent with one PUT.
 * @throws Failure `upload.file-refused` if the file is longer than that
 */
export async function readWhole(opened: OpenedSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of opened.chunks()) {
    length += chunk.length;
    if (length > multipartAbove) {
      opened.close();
      throw refusedFile(
        `It has more than ${multipartAbove} bytes, and its server does not say how many (Content-Length)`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * Sends a large file in parts. If the source gives ranges, a repeated call continues with the missing parts; otherwise it
 * begins again.
 * @param uploadId of the multipart upload that the file has
 * @param bytes of the whole file
 * @throws TransferUnfinished if the time is up
 */
export async function stageInParts(
  opened: OpenedSource,
  { key, uploadId, bytes }: { readonly key: string; readonly uploadId: string; readonly bytes: number },
  dependencies: StagingDependencies,
): Promise<'completed' | 'missing'> {
  const plan = planUploadParts(bytes);
  const sent = await dependencies.listUploadParts(key, uploadId);
  if (!sent) return 'missing';
  const { readRange } = opened;
  const parts = readRange ? await sendRanges(readRange) : await sendChunks();
  if (parts === 'missing') return 'missing';
  return dependencies.completeMultipartUpload(key, uploadId, parts);

  function checkTime(part: number): void {
    if (dependencies.timeLeft() < reserve)
      throw new TransferUnfinished(`The transfer of ${key} continues at part ${part} of ${plan.parts}`);
  }

  async function sendRanges(
    read: NonNullable<OpenedSource['readRange']>,
  ): Promise<readonly UploadPart[] | 'missing'> {
    opened.close();
    const numbers = Array.from({ length: plan.parts }, (_, index) => index + 1);
    const results = await inParallel(numbers, partsAtOnce, async (part) => {
      const before = sent?.get(part);
      if (before) return before;
      checkTime(part);
      const range = await read((part - 1) * plan.partBytes, uploadPartBytes(bytes, plan, part));
      return dependencies.sendUploadPart(key, uploadId, part, range);
    });
    return whole(results);
  }

  async function sendChunks(): Promise<readonly UploadPart[] | 'missing'> {
    const results: (UploadPart | 'missing')[] = [];
    let waiting: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of opened.chunks()) {
      waiting.push(chunk);
      length += chunk.length;
      while (results.length < plan.parts && length >= uploadPartBytes(bytes, plan, results.length + 1)) {
        const part = results.length + 1;
        checkTime(part);
        const all = Buffer.concat(waiting, length);
        const size = uploadPartBytes(bytes, plan, part);
        results.push(await dependencies.sendUploadPart(key, uploadId, part, all.subarray(0, size)));
        waiting = [all.subarray(size)];
        length -= size;
      }
    }
    return whole(results);
  }
}

function whole(results: readonly (UploadPart | 'missing')[]): readonly UploadPart[] | 'missing' {
  const parts = results.filter((result) => result !== 'missing');
  return parts.length === results.length ? parts : 'missing';
}
