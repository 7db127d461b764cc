import * as z from 'zod';
import { assetTypes } from '../../../domain/assets/asset.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { count, time } from '../values.ts';

const publication = z.strictObject({
  version: z.int().min(1),
  at: time,
  jobId: z.string().optional(),
  by: z.string(),
});

const share = z.number('must be a number').min(0, 'must be at least 0').max(1, 'must be at most 1');

/** A focal point, as a member sets it. */
export const focus = z.strictObject({
  x: share.meta({ description: '0: at the left edge, 1: at the right edge', example: 0.25 }),
  y: share.meta({ description: '0: at the upper edge, 1: at the lower edge', example: 0.4 }),
});

/** The checksum of an uploaded file, of an asset and of a version. */
export const sha256Fact = z.string().optional().meta({
  description:
    'SHA-256 of the uploaded file, Base64. Missing for sets, derived images, and files that an earlier release took',
  example: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
});
export const sha256PartBytesFact = z.int().min(1).optional().meta({
  description:
    'For a file that was sent in parts (above 100 MiB): `sha256` is that of the joined SHA-256 digests of its parts of this many bytes',
});

export const assetResponse = z
  .strictObject({
    id: z.string(),
    type: z.enum(assetTypes),
    mimeType: z.string(),
    bytes: count,
    width: z.int().min(1).optional().meta({ description: 'Pixels, after orientation' }),
    height: z.int().min(1).optional().meta({ description: 'Pixels, after orientation' }),
    colourSpace: z.string().optional(),
    hasAlpha: z.boolean().optional(),
    orientation: z.int().min(1).max(8).optional().meta({ description: 'EXIF orientation as stored' }),
    duration: z.number().positive().optional().meta({ description: 'Of a video or sound: seconds' }),
    rotation: z.literal([0, 90, 180, 270]).optional().meta({
      description: 'Of a video: degrees, clockwise, by which its stored pictures are turned',
    }),
    frameRate: z.number().positive().optional().meta({ description: 'Of a video: pictures a second' }),
    videoCodec: z
      .string()
      .optional()
      .meta({ description: 'As browsers name it in `codecs`', example: 'avc1.64001f' }),
    audioCodec: z.string().optional().meta({ example: 'mp4a.40.2' }),
    thumbHash: z.string().optional().meta({
      description:
        'A placeholder to draw while the picture loads, base64: https://evanw.github.io/thumbhash/',
    }),
    dominantColour: z.string().optional().meta({
      description: 'The colour that most of its opaque pixels have',
      example: '#c01020',
    }),
    focus: focus
      .extend({
        proposed: z.literal(true).optional().meta({ description: 'Found at ingest; no member has set it' }),
      })
      .optional()
      .meta({ description: 'The focal point. Missing if there is none, so that crops keep the middle' }),
    modifier: z.string().optional().meta({ description: 'Image commands before those of an address' }),
    postModifier: z.string().optional().meta({ description: 'Image commands after those of an address' }),
    originalType: z
      .string()
      .optional()
      .meta({ description: 'MIME type of the uploaded file, if a rendition of it is delivered (HEIC, BMP)' }),
    originalBytes: count.optional().meta({ description: 'Bytes of the uploaded file, as originalType' }),
    sha256: sha256Fact,
    sha256PartBytes: sha256PartBytesFact,
    folder: z.string(),
    fileName: z.string(),
    version: z.int().min(1),
    intent: z.enum(['live', 'pending', 'held']),
    published: z.boolean().meta({ description: 'Live on at least one server' }),
    publications: z.partialRecord(z.enum(servers), publication).meta({ description: 'By server' }),
    lastPublished: time.optional(),
    urls: z
      .strictObject({ image: z.url().optional(), content: z.url().optional(), video: z.url().optional() })
      .meta({
        description:
          'Where it is delivered while it is published: `image` takes commands, `content` is the file as it is, `video` takes byte ranges',
        example: { image: 'https://d111111abcdef8.cloudfront.net/is/image/luma/red-shoe' },
      }),
    thumbnailUrl: z.url().optional().meta({
      description:
        'A signed picture of at most 512 pixels, also while the asset is not published. It works for one to two hours',
    }),
    previewUrl: z.url().optional().meta({
      description:
        'A signed URL of this version, with what the URL in `urls` offers. Missing for types that are not delivered',
    }),
    title: z.string().optional(),
    description: z.string().optional(),
    altText: z.string().optional(),
    keywords: z.array(z.string()).readonly().optional(),
    fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    parent: z.string().optional().meta({ description: 'For a derived image: its parent image' }),
    recipe: z.string().optional().meta({ description: 'For a derived image: its image commands' }),
    liveFrom: time.optional().meta({ description: 'When it is published, and not before' }),
    liveUntil: time.optional().meta({ description: 'When it is withdrawn, and not published any more' }),
    datesBy: z.string().optional().meta({ description: 'Who set these dates' }),
    derivedCount: count.optional().meta({ description: 'Images that are derived from this one' }),
    memberCount: count.optional().meta({ description: 'For a set: number of members' }),
    trashed: z
      .strictObject({
        at: time,
        by: z.string(),
        with: z.string().optional().meta({ description: 'The parent image that was trashed with it' }),
        purging: z.literal(true).optional().meta({ description: 'It is being permanently deleted' }),
        renamedTo: z
          .string()
          .optional()
          .meta({ description: 'This record only reserves the id. The asset has this new id' }),
        redirect: z.literal(true).optional(),
      })
      .optional(),
    renamedFrom: z.string().optional().meta({ description: 'The id that it had before' }),
    redirectsFrom: z
      .array(z.string())
      .readonly()
      .optional()
      .meta({ description: 'Former ids that redirect to it' }),
    uploadedAt: time,
    uploadJobId: z.string().optional().meta({ description: 'Missing for sets and derived images' }),
    created: time,
    createdBy: z.string(),
    modified: time,
    modifiedBy: z.string(),
  })
  .meta({ id: 'Asset' });
