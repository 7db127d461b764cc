import * as z from 'zod';
import { maxEdgeSeconds } from '../../../domain/delivery/cache-control.ts';
import { imageCommands, maxReplySide } from '../../../domain/delivery/image-commands.ts';
import {
  horizontalAlignments,
  productImageSettings,
  thumbnailTypes,
  verticalAlignments,
} from '../../../domain/delivery/image-settings.ts';
import { defineRoute } from '../route.ts';
import { assetId, companyParams, count, noQuery, time } from '../values.ts';

/** Image settings: what a company's images are made with where neither the address nor a preset says anything else. */

const whole = (min: number, max: number) =>
  z
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);
const choice = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`);
const size = (min: number) =>
  z.strictObject({ width: whole(min, maxReplySide), height: whole(min, maxReplySide) });
const colour = z
  .string('must be a text')
  .regex(/^[\da-fA-F]{6}$/, 'must be six hexadecimal digits, as in ff8800')
  .transform((digits) => digits.toLowerCase());
/** An edge that keeps nothing would have each view make an image. */
const edgeSeconds = whole(60, maxEdgeSeconds);

const product = productImageSettings;

const thumbnail = {
  width: whole(1, 1_000),
  height: whole(1, 1_000),
  type: choice(thumbnailTypes).meta({
    description: '`fit` pads, `crop` fills and cuts, `texture` cuts and pads without scaling',
  }),
  bkgColor: colour,
  horizontalAlign: choice(horizontalAlignments),
  verticalAlign: choice(verticalAlignments),
};
const lifetimes = {
  image: edgeSeconds.meta({ description: 'Seconds that the edge keeps an image' }),
  defaultImage: edgeSeconds.meta({
    description: 'Seconds that the edge keeps a default image. Those for unknown ids are kept for 5 s',
  }),
  response: edgeSeconds.meta({
    description: 'Seconds that the edge keeps a response to `req=` that is no image',
  }),
  browser: whole(0, maxEdgeSeconds).meta({
    description: 'Seconds after which a browser revalidates an image',
  }),
};

const fields = {
  maxPix: size(1).meta({ description: 'Maximum width and height of a result' }),
  defaultPix: size(0).meta({
    description: 'An image without `wid` and `hei` is shrunk to fit in here. 0 is no limit',
  }),
  defaultImage: assetId
    .nullable()
    .meta({ description: 'Id of the image that is delivered in place of a missing one, or null' }),
  defaultImageStatus: z
    .literal([404, 200], 'must be 404 or 200')
    .meta({ description: 'Status of a response with the default image' }),
  defaultImageMode: choice(['reply', 'layer']).meta({
    description:
      '`reply`: the default image has only `wid`, `hei`, `fmt` and `qlt` of the request. `layer`: it has all commands, as if it were the missing image',
  }),
  bkgColor: colour.meta({ description: 'Default of `bgc`' }),
  jpegQuality: z
    .strictObject({ quality: whole(1, 100), fullChroma: z.boolean('must be true or false') })
    .meta({ description: 'Default of `qlt`' }),
  resMode: choice(imageCommands.resMode[0].words).meta({ description: 'Default of `resMode`' }),
};

const settingsResponse = z
  .strictObject({
    ...fields,
    thumbnail: z.strictObject(thumbnail),
    lifetimes: z.strictObject(lifetimes),
    version: count.meta({ description: 'Counts the changes. 0: the company has saved none' }),
    modified: time.optional(),
    modifiedBy: z.string().optional().meta({ description: 'Subject of the member' }),
  })
  .meta({ id: 'ImageSettings' });

export const imageSettingsRoutes = {
  readImageSettings: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/image-settings',
    operationId: 'readImageSettings',
    summary: 'Read the image settings. What was never saved has the value of the product',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: { status: 200, description: 'The image settings', schema: settingsResponse },
    failures: [],
  }),

  putImageSettings: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/image-settings',
    operationId: 'putImageSettings',
    summary:
      'Replace the image settings. What is not named gets the value of the product. All images of the company are flushed from the CDN',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        maxPix: fields.maxPix.default(product.maxPix),
        defaultPix: fields.defaultPix.default(product.defaultPix),
        defaultImage: fields.defaultImage.default(product.defaultImage),
        defaultImageStatus: fields.defaultImageStatus.default(product.defaultImageStatus),
        defaultImageMode: fields.defaultImageMode.default(product.defaultImageMode),
        bkgColor: fields.bkgColor.default(product.bkgColor),
        jpegQuality: fields.jpegQuality.default(product.jpegQuality),
        resMode: fields.resMode.default(product.resMode),
        thumbnail: z
          .strictObject({
            width: thumbnail.width.default(product.thumbnail.width),
            height: thumbnail.height.default(product.thumbnail.height),
            type: thumbnail.type.default(product.thumbnail.type),
            bkgColor: thumbnail.bkgColor.default(product.thumbnail.bkgColor),
            horizontalAlign: thumbnail.horizontalAlign.default(product.thumbnail.horizontalAlign),
            verticalAlign: thumbnail.verticalAlign.default(product.thumbnail.verticalAlign),
          })
          .default(product.thumbnail),
        lifetimes: z
          .strictObject({
            image: lifetimes.image.default(product.lifetimes.image),
            defaultImage: lifetimes.defaultImage.default(product.lifetimes.defaultImage),
            response: lifetimes.response.default(product.lifetimes.response),
            browser: lifetimes.browser.default(product.lifetimes.browser),
          })
          .default(product.lifetimes),
      })
      .meta({
        id: 'ImageSettingsEdit',
        example: {
          defaultImage: 'coming-soon',
          bkgColor: 'f4f1ea',
          jpegQuality: { quality: 85, fullChroma: false },
          thumbnail: { width: 200, height: 200, type: 'crop' },
        },
      }),
    ifMatch: true,
    response: { status: 200, description: 'The image settings', schema: settingsResponse },
    failures: ['settings.stale', 'storage.busy'],
    audit: { kind: 'settings' },
  }),
};
