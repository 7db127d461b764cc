import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What serve-image needs from its environment. */
export const environment = defineEnvironment('IMAGE_SERVING_BUCKET');
