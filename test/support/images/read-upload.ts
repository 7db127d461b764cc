import { headBytes } from '../../../adapters/media/media-file.ts';
import { type Media, type MediaReaders, readMedia } from '../../../adapters/media/read-media.ts';
import { readImage } from '../../../adapters/sharp/read-image.ts';
import { readPicture } from '../../../adapters/sharp/read-picture.ts';

export const imageReaders: MediaReaders = { image: readImage, picture: readPicture };

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
    imageReaders,
  );
}
