import * as z from 'zod';
import { publishKinds } from '../../../domain/jobs/job.ts';
import { maxPresets } from '../../../domain/sets/batch-set-preset.ts';
import { publishOptions, serversOption } from '../jobs/publish-options.ts';
import { notificationOptions, notificationOptionsResponse } from '../notifications/notification-options.ts';
import { presetName } from '../sets/preset-routes.ts';
import { folder } from '../values.ts';

/** The options of an upload job, whether a user or a schedule starts it. */
export const uploadOptions = {
  folder: folder.default('/'),
  publishAfterUploading: z.boolean().default(true),
  overwrite: z.boolean().default(true).meta({
    description:
      "Files overwrite the assets that have their ids, by the company's overwrite mode. Off: such files are duplicates and are not added",
  }),
  preservePublishState: z.boolean().optional().meta({
    description:
      "Overwritten assets keep their publish state, regardless of publishAfterUploading. Default: the company's setting retainPublishState",
  }),
  batchSetPresets: z
    .array(presetName)
    .max(maxPresets, `must name at most ${maxPresets} presets`)
    .optional()
    .meta({
      description:
        'Names of the presets that build sets from the files once all are ingested. Default: the active presets',
    }),
  unpack: z.boolean('must be true or false').default(false).meta({
    description:
      'Take the files of ZIP and TAR archives in place of the archives; their folders become subfolders of the folder',
  }),
  applyMetadata: z.boolean('must be true or false').default(true).meta({
    description:
      'Apply metadata files (`*.metadata.csv`, `.tsv`, `.tab`, `.txt`) to the assets of the upload, when all its other files are settled. Off: they become assets',
  }),
  followWith: z
    .strictObject({
      publish: publishOptions.publish,
      servers: publishOptions.servers,
      onlyIfFiles: z
        .boolean('must be true or false')
        .default(true)
        .meta({ description: 'Start it only if the upload recorded files' }),
      ...notificationOptions,
    })
    .optional()
    .meta({
      description:
        'A publish job that starts when the upload has ended, unless it was stopped. Its name is `Pub_` and the name of the upload',
      example: { publish: 'new', onlyIfFiles: true },
    }),
  ...notificationOptions,
};

/** The same options in responses. */
export const uploadOptionsResponse = {
  folder: z.string(),
  publishAfterUploading: z.boolean(),
  overwrite: z.boolean(),
  preservePublishState: z.boolean().optional(),
  batchSetPresets: z
    .array(z.string())
    .readonly()
    .optional()
    .meta({ description: 'As the request names them. Missing: the active presets' }),
  unpack: z.literal(true).optional(),
  applyMetadata: z.literal(false).optional(),
  followWith: z
    .strictObject({
      publish: z.enum(publishKinds),
      servers: serversOption.optional(),
      onlyIfFiles: z.boolean(),
      ...notificationOptionsResponse,
    })
    .optional(),
  ...notificationOptionsResponse,
};
