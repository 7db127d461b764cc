import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { drawSpecimen } from '../../adapters/harfbuzz/font-specimen.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { servingClient } from '../../adapters/runtime/serving-client.ts';
import { readMasterFile } from '../../adapters/s3/master-file.ts';
import { findOriginObject, openOriginObject } from '../../adapters/s3/origin-object.ts';
import { previewSettingsReader } from '../../adapters/s3/preview-settings.ts';
import { servedImageSettings } from '../../adapters/s3/served-image-settings.ts';
import { drawSvg } from '../../adapters/sharp/draw-svg.ts';
import { makePlaceholder } from '../../adapters/sharp/placeholder.ts';
import { transformImage } from '../../adapters/sharp/transform-image.ts';
import { masterMetadataOf, previewRoot } from '../../domain/delivery/preview-scope.ts';
import { reductionKey } from '../../domain/delivery/reduction.ts';
import { environment } from './env.ts';
import { type ServeImageDependencies, serveImage } from './serve-image.ts';
import { type ServePreviewDependencies, servePreview } from './serve-preview.ts';

/** Global object of Lambda's Node.js runtime for streamed responses. */
declare const awslambda: {
  streamifyResponse(
    handler: (event: LambdaFunctionURLEvent, stream: Writable, context: Context) => Promise<void>,
  ): unknown;
  HttpResponseStream: {
    from(
      stream: Writable,
      metadata: { statusCode: number; headers: Readonly<Record<string, string>> },
    ): Writable;
  };
};

const { IMAGE_SERVING_BUCKET, VIDEO_BUCKET, MASTERS_BUCKET } = readEnvironment(environment);

const buckets = { 'image-serving': IMAGE_SERVING_BUCKET, video: VIDEO_BUCKET };

const readImages = servedImageSettings(servingClient, MASTERS_BUCKET);

/** What only previews need. */
const ofPreviews: Omit<ServePreviewDependencies, keyof ServeImageDependencies> = {
  ...previewSettingsReader(servingClient, MASTERS_BUCKET, Date.now),
  openMaster: (scope, milliseconds) =>
    openOriginObject(servingClient(), MASTERS_BUCKET, scope.masterKey, milliseconds, {
      versionId: scope.masterVersionId,
      metadata: masterMetadataOf(scope),
    }),
  readMaster: (...asked) => readMasterFile(servingClient(), MASTERS_BUCKET, ...asked),
  drawSpecimen,
  drawSvg,
  clock: Date.now,
};

export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const isPreview = event.rawPath.startsWith(previewRoot);
  const dependencies: ServeImageDependencies = {
    openObject: (...asked) => openOriginObject(servingClient(), IMAGE_SERVING_BUCKET, ...asked),
    openVideoObject: (...asked) => openOriginObject(servingClient(), VIDEO_BUCKET, ...asked),
    findObject: (server, ...asked) => findOriginObject(servingClient(), buckets[server], ...asked),
    transform: transformImage,
    readReduction: async (company, name, milliseconds) => {
      const key = reductionKey(company, name);
      return (await openOriginObject(servingClient(), MASTERS_BUCKET, key, milliseconds))?.read();
    },
    readImages,
    makePlaceholder,
    now: () => new Date(),
    remainingTime: () => context.getRemainingTimeInMillis(),
    report: (error) =>
      logger.error('An image could not be served', {
        // The token of a preview opens it: no log may have it.
        path: isPreview ? previewRoot : event.rawPath,
        query: event.rawQueryString,
        error,
      }),
  };
  const image = isPreview
    ? await servePreview(event, { ...dependencies, ...ofPreviews })
    : await serveImage(event, dependencies);
  const response = awslambda.HttpResponseStream.from(stream, {
    statusCode: image.status,
    headers: image.headers,
  });
  // Status and headers are sent with the first write, so a response without a body needs one too.
  if (image.body.length === 0) response.write('');
  await pipeline([Buffer.from(image.body)], response);
});
