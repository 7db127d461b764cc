import { createHash } from 'node:crypto';

/**
 * The name that CloudFormation would generate for a resource without one: the stack's name, the logical id and 12
 * characters. Here the characters are a hash of both, so that the name is the same at every start. At most 63
 * characters, the lowest limit of any resource (buckets).
 */
export function generatedName(stack: string, logicalId: string): string {
  const suffix = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 12);
  return `${stack.slice(0, 25)}-${logicalId.slice(0, 24)}-${suffix}`;
}
