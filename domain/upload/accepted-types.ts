import type { AssetType } from '../asset/asset.ts';

export interface AcceptedType {
  readonly type: AssetType;
  /** In words, with its article. */
  readonly label: string;
  /** Of images: what the image library calls the format. */
  readonly decoder?: string;
  /** Extensions that such a file usually has. */
  readonly extensions: readonly string[];
}

/**
 * What files may be, by the MIME type that their bytes give. Images are those that the image server can decode:
 * HEIC (HEVC), BMP, PSD and camera raw are not among them.
 */
export const acceptedTypes: Readonly<Record<string, AcceptedType>> = {
  'image/jpeg': {
    type: 'image',
    label: 'a JPEG image',
    decoder: 'jpeg',
    extensions: ['jpg', 'jpeg', 'jpe', 'jfif'],
  },
  'image/png': { type: 'image', label: 'a PNG image', decoder: 'png', extensions: ['png'] },
  'image/apng': {
    type: 'image',
    label: 'an animated PNG image',
    decoder: 'png',
    extensions: ['png', 'apng'],
  },
  'image/webp': { type: 'image', label: 'a WebP image', decoder: 'webp', extensions: ['webp'] },
  'image/avif': { type: 'image', label: 'an AVIF image', decoder: 'heif', extensions: ['avif'] },
  'image/gif': { type: 'image', label: 'a GIF image', decoder: 'gif', extensions: ['gif'] },
  'image/tiff': { type: 'image', label: 'a TIFF image', decoder: 'tiff', extensions: ['tif', 'tiff'] },
  'video/mp4': { type: 'video', label: 'an MP4 video', extensions: ['mp4', 'm4v'] },
  'video/x-m4v': { type: 'video', label: 'an M4V video', extensions: ['m4v', 'mp4'] },
  'video/quicktime': { type: 'video', label: 'a QuickTime video', extensions: ['mov', 'qt'] },
  'video/webm': { type: 'video', label: 'a WebM video', extensions: ['webm'] },
  'application/pdf': { type: 'pdf', label: 'a PDF', extensions: ['pdf', 'ai'] },
};

/** In the words of an error text. */
export const acceptedInWords =
  'JPEG, PNG, WebP, AVIF, GIF and TIFF images, MP4, MOV, M4V and WebM videos, and PDF';
