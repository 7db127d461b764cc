import { keepsAlpha, mimeTypeOf, type PixelType, type ResultFormat } from './image-formats.ts';
import type { ImageSettings, ThumbnailSettings } from './image-settings.ts';
import type { OriginFacts } from './origin-metadata.ts';
import type { Size } from './plan-size.ts';
import type { Properties } from './print-properties.ts';
import type { ImageCommand } from './read-image-query.ts';

const pixelTypes: Readonly<Record<PixelType, string>> = { rgb: 'RGB', gray: 'BW', cmyk: 'CMYK' };

/** Of `req=props`. The length is 0, which the protocol has for an image that was not made: only its properties are worked out. */
export function replyProperties(
  command: ImageCommand,
  reply: Size | undefined,
  format: ResultFormat,
  version: number | undefined,
): Properties {
  const { bgc, qlt } = command;
  return {
    'image.bgc': bgc ? hex(bgc) : 'ffffff',
    ...(reply && { 'image.height': String(reply.height) }),
    'image.iccEmbed': '0',
    'image.iccProfile': format.pixelType === 'cmyk' ? '' : 'sRGB',
    'image.length': '0',
    'image.mask': flag(keepsAlpha(format.format)),
    'image.pathEmbed': '0',
    'image.pixTyp': pixelTypes[format.pixelType],
    'image.printRes': '72',
    'image.quality': String(qlt.quality),
    'image.type': mimeTypeOf(format.format),
    ...(reply && { 'image.width': String(reply.width) }),
    'image.xmpEmbed': '0',
    ...versions(version),
  };
}

/** Of `req=imageprops`. @param size of the image; for a derived image that of its recipe's result */
export function sourceProperties(
  source: { readonly company: string; readonly id: string; readonly recipe?: string | undefined },
  { alpha, version, modifier, postModifier = '' }: OriginFacts,
  size: Size | undefined,
  changed: Date,
  settings: ImageSettings,
): Properties {
  return {
    ...(size && { 'image.anchor': `${Math.floor(size.width / 2)},${Math.floor(size.height / 2)}` }),
    'image.expiration': hours(settings.lifetimes.image),
    ...(size && { 'image.height': String(size.height) }),
    'image.iccProfile': 'sRGB',
    ...(alpha !== undefined && source.recipe === undefined && { 'image.mask': flag(alpha) }),
    'image.modifier': [source.recipe, modifier].filter((part) => part !== undefined).join('&'),
    'image.pixTyp': 'RGB',
    'image.postModifier': postModifier,
    'image.printRes': '72',
    'image.thumbType': thumbnailType(settings),
    'image.timeStamp': changed.toISOString(),
    'image.translatedId': `${source.company}/${source.id}`,
    ...(size && { 'image.width': String(size.width) }),
    ...versions(version),
  };
}

/** Of `req=catalogprops`: the image settings of a company, by their names in the protocol. */
export function catalogProperties(settings: ImageSettings): Properties {
  const { defaultPix, maxPix, jpegQuality, thumbnail, lifetimes } = settings;
  const pixels = ({ width, height }: Size) => `${width},${height}`;
  return {
    'catalog.bkgColor': settings.bkgColor,
    'catalog.defaultExpiration': hours(lifetimes.defaultImage),
    'catalog.defaultPix': pixels(defaultPix),
    'catalog.defaultThumbPix': pixels(thumbnail),
    'catalog.expiration': hours(lifetimes.image),
    'catalog.jpegQuality': `${jpegQuality.quality},${flag(jpegQuality.fullChroma)}`,
    'catalog.maxPix': pixels(maxPix),
    'catalog.nonImgExpiration': hours(lifetimes.response),
    'catalog.resMode': settings.resMode,
    'catalog.thumbBkgColor': thumbnail.bkgColor,
    'catalog.thumbHorizAlign': alignment(thumbnail.horizontalAlign),
    'catalog.thumbType': thumbnailType(settings),
    'catalog.thumbVertAlign': alignment(thumbnail.verticalAlign),
  };
}

/** Of `req=lqip`. @param size of the image: a page reserves its space */
export function placeholderProperties(
  { thumbHash, dominantColour }: { readonly thumbHash: string; readonly dominantColour: string },
  size: Size | undefined,
): Properties {
  return {
    'image.dominantColour': dominantColour,
    ...(size && { 'image.height': String(size.height) }),
    'image.thumbHash': thumbHash,
    ...(size && { 'image.width': String(size.width) }),
  };
}

/** Of `req=userdata`: the facts that are public anyway. Metadata of the library are not published. */
export function publicFacts({ type, version, width, height, members }: OriginFacts): Properties {
  const facts = { type, version, width, height, members };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [[`userdata.${name}`, String(value)]],
    ),
  );
}

function versions(version: number | undefined): Properties {
  if (version === undefined) return {};
  return { 'image.version': String(version), 'metadata.version': String(version) };
}

function hex({ r, g, b }: NonNullable<ImageCommand['bgc']>): string {
  return [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('');
}

function flag(value: boolean): string {
  return value ? '1' : '0';
}

/** A lifetime in hours, as the protocol counts: `10`, `0.1`. */
function hours(seconds: number): string {
  return String(Number((seconds / 3_600).toFixed(4)));
}

/** 1 crop, 2 fit, 3 texture. */
function thumbnailType({ thumbnail }: ImageSettings): string {
  const order: readonly ThumbnailSettings['type'][] = ['crop', 'fit', 'texture'];
  return String(order.indexOf(thumbnail.type) + 1);
}

/** 1 start, 2 centre, 3 end. */
function alignment(at: 'left' | 'top' | 'centre' | 'right' | 'bottom'): string {
  return { left: '1', top: '1', centre: '2', right: '3', bottom: '3' }[at];
}
