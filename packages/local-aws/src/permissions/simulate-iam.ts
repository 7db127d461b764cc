import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { NamedPolicy } from './role-policies.ts';

/** A call to AWS and the policies that decide about it. */
export interface SimulatedCall {
  /** Role ARN, or the name of an AWS service. */
  readonly principal: string;
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** ARN */
  readonly resource: string;
  /** Account of the resource. */
  readonly account: string;
  /** Condition keys. */
  readonly context: Readonly<Record<string, string | string[]>>;
  /** Policies of the principal. */
  readonly identityPolicies?: readonly NamedPolicy[];
  /** Policy of the resource. */
  readonly resourcePolicy?: unknown;
}

/**
 * Whether IAM allows a call. The only function that uses `@cloud-copilot/iam-simulate`: the library's licence is AGPL,
 * so it must be easy to replace and must stay out of everything that is deployed.
 * @throws Error if a policy, the action or the resource is not valid
 */
export async function simulateIam(call: SimulatedCall): Promise<boolean> {
  const { principal, action, resource, account, context, identityPolicies = [], resourcePolicy } = call;
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        // The library's `*` and `?` stop at line breaks; those of IAM stand for any character.
        resource: { resource: resource.replace(/[\n\r\u2028\u2029]/g, '_'), accountId: account },
        contextVariables: { ...context },
      },
      identityPolicies: identityPolicies.map(({ name, document }) => ({ name, policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult === 'Allowed';
}
