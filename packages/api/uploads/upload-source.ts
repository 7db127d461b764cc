import * as z from 'zod';
import { maxFiles } from '../../../domain/uploads/limits.ts';
import { maxFetchedFiles, maxScheduledUrls, maxUrlLength } from '../../../domain/uploads/upload-source.ts';
import { count, folder } from '../values.ts';

/** Sources of an upload, in requests and in responses. */

const changedOnly = z.boolean('must be true or false').optional().meta({
  description:
    'Leave out files that have not changed since they were fetched for the same folder: by ETag, Last-Modified and size, or else by SHA-256. Default: true in a schedule, false in a single upload',
});

const bucketSource = z
  .strictObject({
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of an S3 bucket')
      .meta({ description: 'One that the installation allows for the company', example: 'acme-photos' }),
    prefix: z
      .string()
      .max(900, 'must have at most 900 characters')
      .default('')
      .meta({ description: 'The beginning of the keys', example: 'web/autumn/' }),
    includeSubfolders: z
      .boolean('must be true or false')
      .default(false)
      .meta({ description: 'Also the subfolders of the prefix, as subfolders of `folder`' }),
    changedOnly,
  })
  .meta({
    description: `The objects whose keys begin with the prefix. One upload takes up to ${maxFetchedFiles} files`,
  });

const urlSource = (max: number) =>
  z.strictObject({
    urls: z
      .array(
        z.strictObject({
          url: z
            .string('must be a text')
            .max(maxUrlLength, `must have at most ${maxUrlLength} characters`)
            .meta({
              description:
                'An https:// address on the public internet, or s3:// with a bucket and a key that the installation allows for the company',
              example: 'https://files.example.com/red-shoe.jpg',
            }),
          name: z
            .string()
            .min(1, 'must not be empty')
            .max(2_000, 'must have at most 2000 characters')
            .optional()
            .meta({ description: 'File name. Default: the last part of the path' }),
          folder: folder.optional().meta({ description: 'Default: the folder of the upload' }),
        }),
      )
      .min(1, 'must have at least one URL')
      .max(max, `must have at most ${max} URLs`),
    changedOnly,
  });

const hint = 'must be {"bucket": "acme-photos", "prefix": "web/"} or {"urls": [{"url": "https://…"}]}';

/** The source of an upload that starts now. */
export const uploadSource = z
  .union([bucketSource, urlSource(maxFiles)], hint)
  .meta({ description: 'Where the files are fetched from, in place of `files`' });

/** The source of a schedule's uploads. */
export const scheduledSource = z
  .union([bucketSource, urlSource(maxScheduledUrls)], hint)
  .meta({ description: 'Where the files are fetched from' });

const bucketShown = {
  bucket: z.string(),
  prefix: z.string(),
  includeSubfolders: z.boolean(),
  changedOnly: z.boolean(),
};

/** The source of an upload job. */
export const jobSourceResponse = z
  .union([z.strictObject(bucketShown), z.strictObject({ urlCount: count, changedOnly: z.boolean() })])
  .optional()
  .meta({ description: 'Where the files are fetched from. Missing if they are sent' });

/** The source of a schedule's uploads. */
export const scheduledSourceResponse = z.union([
  z.strictObject(bucketShown),
  z.strictObject({
    urls: z
      .array(z.strictObject({ url: z.string(), name: z.string(), folder: z.string().optional() }))
      .meta({ description: 'Queries of URLs are shown as `?…`, since they may authorise a request' }),
    changedOnly: z.boolean(),
  }),
]);
