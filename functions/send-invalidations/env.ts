import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What send-invalidations needs from its environment. */
export const environment = defineEnvironment('DISTRIBUTION_ID');
