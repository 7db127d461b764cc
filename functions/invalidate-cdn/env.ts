import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What invalidate-cdn needs from its environment. */
export const environment = defineEnvironment('ASSET_TABLE', 'JOB_TABLE', 'DISTRIBUTION_ID');
