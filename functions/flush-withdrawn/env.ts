import { defineEnvironment } from '../../adapters/runtime/environment.ts';

/** What flush-withdrawn needs from its environment. */
export const environment = defineEnvironment('DISTRIBUTION_ID');
