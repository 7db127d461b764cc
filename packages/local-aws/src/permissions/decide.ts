import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { RolePolicies } from './role-policies.ts';

/** What is asked of IAM. */
export interface AccessQuestion {
  /** Role ARN. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/**
 * A decision takes about half a millisecond of work and is the same until a policy changes, so it is kept.
 * 20,000 decisions are a few megabytes; beyond that all are forgotten at once.
 */
const mostDecisions = 20_000;

/**
 * Decides as IAM does for a role of the same account, by its identity policies.
 * @throws Error when a policy, the action or the resource is not valid: on AWS, too, that is a fault of the template
 */
export function createDecide(
  roles: RolePolicies,
  account: string,
): (question: AccessQuestion) => Promise<boolean> {
  const decisions = new Map<string, Promise<boolean>>();
  roles.onChange(() => decisions.clear());
  return (question) => {
    const key = JSON.stringify([question.principal, question.action, question.resource, question.context]);
    const known = decisions.get(key);
    if (known) return known;
    if (decisions.size >= mostDecisions) decisions.clear();
    const decision = simulate(roles, account, question);
    decisions.set(key, decision);
    decision.catch(() => decisions.delete(key));
    return decision;
  };
}

async function simulate(roles: RolePolicies, account: string, question: AccessQuestion): Promise<boolean> {
  const { principal, action, resource, context = {} } = question;
  const policies = roles.policiesOf(principal);
  if (!policies) return false;
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: account },
        contextVariables: { ...context },
      },
      identityPolicies: policies.map(({ name, document }) => ({ name, policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') {
    throw new Error(
      `IAM cannot decide ${action} on ${resource} for ${principal}: ${JSON.stringify(answer.errors)}`,
    );
  }
  return answer.overallResult === 'Allowed';
}
