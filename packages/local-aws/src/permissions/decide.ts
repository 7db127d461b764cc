import type { RolePolicies } from './role-policies.ts';
import { simulateIam } from './simulate-iam.ts';

/** A call whose permission is checked. */
export interface AccessRequest {
  /** Role ARN. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/**
 * A decision takes about 0.5 ms and is the same until a policy changes, so decisions are cached. 20,000 decisions take
 * a few megabytes; the cache is then cleared.
 */
const maxDecisions = 20_000;

/**
 * Decides as IAM does for a role of the same account, by the role's identity policies.
 * @throws Error if a policy, the action or the resource is not valid: on AWS, too, that is a fault of the template
 */
export function createDecide(
  roles: RolePolicies,
  account: string,
): (request: AccessRequest) => Promise<boolean> {
  const decisions = new Map<string, Promise<boolean>>();
  roles.onChange(() => decisions.clear());
  return (request) => {
    const key = JSON.stringify([request.principal, request.action, request.resource, request.context]);
    const known = decisions.get(key);
    if (known) return known;
    if (decisions.size >= maxDecisions) decisions.clear();
    const decision = decide(roles, account, request);
    decisions.set(key, decision);
    decision.catch(() => decisions.delete(key));
    return decision;
  };
}

async function decide(roles: RolePolicies, account: string, request: AccessRequest): Promise<boolean> {
  const { principal, action, resource, context = {} } = request;
  const identityPolicies = roles.policiesOf(principal);
  if (!identityPolicies) return false;
  try {
    return await simulateIam({ principal, action, resource, account, context, identityPolicies });
  } catch (error) {
    throw new Error(
      `IAM cannot decide ${action} on ${resource} for ${principal}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
