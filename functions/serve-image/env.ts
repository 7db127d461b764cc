import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of serve-image. */
export const environment = defineEnvironment('IMAGE_SERVING_BUCKET', 'VIDEO_BUCKET', 'MASTERS_BUCKET');
