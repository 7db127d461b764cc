import type { CloudServices } from '../cloud-services.ts';

/** Facts about a function that event source mappings check. */
export interface FunctionFacts {
  readonly roleArn: string;
  readonly timeoutSeconds: number;
}

/** Facts of all functions by ARN. */
export function functionFacts(services: Pick<CloudServices, 'shared'>): Map<string, FunctionFacts> {
  return services.shared('lambda-facts', () => new Map<string, FunctionFacts>());
}
