import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** Environment variables of index-server-directory. */
export const environment = defineEnvironment('SERVER_DIRECTORY_BUCKET', 'DIRECTORY_QUEUE');
