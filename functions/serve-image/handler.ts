import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { s3Client } from '../../adapters/runtime/aws-clients.ts';
import { readEnvironment } from '../../adapters/runtime/environment.ts';
import { logger } from '../../adapters/runtime/logger.ts';
import { findOriginObject, openOriginObject } from '../../adapters/s3/origin-object.ts';
import { servedImageSettings } from '../../adapters/s3/served-image-settings.ts';
import { transformImage } from '../../adapters/sharp/transform-image.ts';
import { environment } from './env.ts';
import { serveImage } from './serve-image.ts';

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

const readImages = servedImageSettings(s3Client, MASTERS_BUCKET);

export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const image = await serveImage(event, {
    openObject: (...asked) => openOriginObject(s3Client(), IMAGE_SERVING_BUCKET, ...asked),
    openVideoObject: (...asked) => openOriginObject(s3Client(), VIDEO_BUCKET, ...asked),
    findObject: (server, ...asked) => findOriginObject(s3Client(), buckets[server], ...asked),
    transform: transformImage,
    readImages,
    now: () => new Date(),
    remainingTime: () => context.getRemainingTimeInMillis(),
    report: (error) =>
      logger.error('An image could not be served', {
        path: event.rawPath,
        query: event.rawQueryString,
        error,
      }),
  });
  const response = awslambda.HttpResponseStream.from(stream, {
    statusCode: image.status,
    headers: image.headers,
  });
  // Status and headers are sent with the first write, so a response without a body needs one too.
  if (image.body.length === 0) response.write('');
  await pipeline([Buffer.from(image.body)], response);
});
