import type { AssetType } from '../assets/asset.ts';
import { browserSeconds } from './browser-seconds.ts';
import { defaultImageSeconds, maxEdgeSeconds, responseSeconds } from './cache-control.ts';
import { type imageCommands, maxReplySide } from './image-commands.ts';
import type { Size } from './plan-size.ts';
import { type ImageCommand, readColour } from './read-image-query.ts';

export const thumbnailTypes = ['fit', 'crop', 'texture'] as const;
export const horizontalAlignments = ['left', 'centre', 'right'] as const;
export const verticalAlignments = ['top', 'centre', 'bottom'] as const;

/** How `req=tmb` makes thumbnails. */
export interface ThumbnailSettings extends Size {
  /** `fit` pads, `crop` fills and cuts, `texture` cuts and pads without scaling. */
  readonly type: (typeof thumbnailTypes)[number];
  /** Six lower-case hexadecimal digits. */
  readonly bkgColor: string;
  readonly horizontalAlign: (typeof horizontalAlignments)[number];
  readonly verticalAlign: (typeof verticalAlignments)[number];
}

/** Seconds. Those of the edge include `stale-while-revalidate`. */
export interface Lifetimes {
  /** Images at the edge. */
  readonly image: number;
  /** Default images at the edge. Those for unknown ids have five seconds. */
  readonly defaultImage: number;
  /** Responses to `req=` that are no image, at the edge. */
  readonly response: number;
  /** Images in browsers. */
  readonly browser: number;
}

/** What a company's images are made with where neither the address nor a preset says anything else. */
export interface ImageSettings {
  /** Maximum width and height of a result in pixels. */
  readonly maxPix: Size;
  /** An image without `wid` and `hei` is shrunk to fit in here. 0 is no limit. */
  readonly defaultPix: Size;
  /** Id of the image that is delivered in place of a missing one. */
  readonly defaultImage: string | null;
  /** Of a response with the default image. */
  readonly defaultImageStatus: 404 | 200;
  /** Whether the default image replaces the whole response, or a missing layer alone. */
  readonly defaultImageMode: 'reply' | 'layer';
  /** Six lower-case hexadecimal digits. */
  readonly bkgColor: string;
  readonly jpegQuality: { readonly quality: number; readonly fullChroma: boolean };
  readonly resMode: (typeof imageCommands.resMode)[0]['words'][number];
  readonly thumbnail: ThumbnailSettings;
  readonly lifetimes: Lifetimes;
}

/** Settings as they were saved. */
export interface SavedImageSettings extends ImageSettings {
  /** Counts the changes, from 1. */
  readonly version: number;
  readonly modified: string;
  readonly modifiedBy: string;
}

/** The settings of a company that has saved none: the values of the product. */
export const productImageSettings: ImageSettings = {
  maxPix: { width: maxReplySide, height: maxReplySide },
  defaultPix: { width: 0, height: 0 },
  defaultImage: null,
  defaultImageStatus: 404,
  defaultImageMode: 'reply',
  bkgColor: 'ffffff',
  jpegQuality: { quality: 80, fullChroma: false },
  resMode: 'sharp2',
  thumbnail: {
    width: 100,
    height: 100,
    type: 'fit',
    bkgColor: 'ffffff',
    horizontalAlign: 'centre',
    verticalAlign: 'centre',
  },
  lifetimes: {
    image: maxEdgeSeconds,
    defaultImage: defaultImageSeconds,
    response: responseSeconds,
    browser: browserSeconds,
  },
};

/** Types that can be a default image. */
export const defaultImageTypes: readonly AssetType[] = ['image', 'derived-image'];

/**
 * A command with the company's settings for what it does not say. The address and its presets come first, then the recipe of a derived
 * image, then these settings, then the values of the product.
 * @param command of the request, with the format and quality of a recipe
 */
export function withImageSettings(command: ImageCommand, settings: ImageSettings): ImageCommand {
  const { maxPix, defaultPix, bkgColor, jpegQuality, resMode } = settings;
  const bgc = command.bgc ?? readColour(bkgColor);
  return {
    ...command,
    ...(bgc && { bgc }),
    resMode: command.resMode ?? resMode,
    qlt: command.qlt.isGiven
      ? command.qlt
      : {
          ...command.qlt,
          quality: jpegQuality.quality,
          fullChroma: command.qlt.fullChroma || (hasChroma(command) && jpegQuality.fullChroma),
        },
    limits: { maxPix, defaultPix },
  };
}

/** Formats whose colour can keep its full resolution. */
function hasChroma({ fmt }: ImageCommand): boolean {
  return /^p?jpeg$/.test(fmt.format) && fmt.pixelType === 'rgb';
}

/** What of the settings changes pictures, as a text for entity tags. Empty for the values of the product. */
export function pictureSettings(settings: ImageSettings): string {
  const printed = (of: ImageSettings) =>
    JSON.stringify([of.maxPix, of.defaultPix, of.bkgColor, of.jpegQuality, of.resMode, of.thumbnail]);
  const text = printed(settings);
  return text === printed(productImageSettings) ? '' : text;
}
