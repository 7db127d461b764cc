import type { CloudServices } from '../cloud-services.ts';

/** What event source mappings must know of a function beyond calling it. */
export interface FunctionFacts {
  readonly roleArn: string;
  readonly timeoutSeconds: number;
}

/** By the function's ARN. */
export function functionFacts(services: Pick<CloudServices, 'shared'>): Map<string, FunctionFacts> {
  return services.shared('lambda-facts', () => new Map<string, FunctionFacts>());
}
