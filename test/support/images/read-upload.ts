import { headBytes } from '../../../adapters/media/media-file.ts';
import { type Media, readMedia } from '../../../adapters/media/read-media.ts';
import { readImage } from '../../../adapters/sharp/read-image.ts';

/** Reads bytes as ingest-upload does. @throws Failure `upload.file-refused` */
export async function readUpload(
  bytes: Uint8Array,
  fileName: string,
  declaredType = 'application/octet-stream',
): Promise<Media> {
  return readMedia(
    {
      fileName,
      declaredType,
      bytes: bytes.length,
      head: bytes.subarray(0, headBytes),
      readRange: async (first, length) => bytes.subarray(first, first + length),
      readAll: async () => bytes,
    },
    { allowActiveContent: false },
    readImage,
  );
}
