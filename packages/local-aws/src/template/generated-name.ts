import { createHash } from 'node:crypto';

/**
 * The name that CloudFormation would make up for a resource without one: the stack's name, the logical id and
 * twelve characters. Here they come of the two, so that the name is the same at every start. At most 63
 * characters, the shortest limit there is (buckets).
 */
export function generatedName(stack: string, logicalId: string): string {
  const suffix = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 12);
  return `${stack.slice(0, 25)}-${logicalId.slice(0, 24)}-${suffix}`;
}
