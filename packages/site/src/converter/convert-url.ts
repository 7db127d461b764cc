import type { ConvertedUrl } from './converted-url.ts';
import { fromCloudinary } from './from-cloudinary.ts';
import { fromDynamicMediaClassic } from './from-dynamic-media-classic.ts';
import { fromImageTransformation } from './from-image-transformation.ts';

/**
 * Translates a URL of Dynamic Media Classic, Cloudinary or AWS Dynamic Image Transformation into a delivery URL.
 * @param text the URL; without `https://` too
 * @param company name of the company; unless given, that of the URL
 * @returns undefined if the text is no URL of these products
 */
export function convertUrl(text: string, company?: string): ConvertedUrl | undefined {
  const url = readUrl(text.trim());
  if (url === undefined) return undefined;
  return (
    fromDynamicMediaClassic(url, company) ??
    (url.hostname.includes('cloudinary') || /\/(image|video|raw)\/upload\//.test(url.pathname)
      ? fromCloudinary(url, company)
      : fromImageTransformation(url, company))
  );
}

function readUrl(text: string): URL | undefined {
  if (text === '' || /\s/.test(text)) return undefined;
  const complete = /^https?:\/\//i.test(text) ? text : `https://${text.replace(/^\/+/, '')}`;
  try {
    return new URL(complete);
  } catch {
    return undefined;
  }
}
