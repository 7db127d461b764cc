import { runSimulation } from '@cloud-copilot/iam-simulate';

/** A call that an AWS service makes in its own name. */
export interface ServiceCall {
  /** `events.amazonaws.com` */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** What the service calls for: the rule, the distribution. */
  readonly sourceArn: string;
  readonly account: string;
}

/**
 * Whether the policy of a resource lets a service make a call. Without a policy: no.
 * @throws Error when the policy is not valid
 */
export async function serviceMay(policy: unknown, call: ServiceCall): Promise<boolean> {
  if (policy === undefined) return false;
  const answer = await runSimulation(
    {
      request: {
        principal: call.service,
        action: call.action,
        resource: { resource: call.resource, accountId: call.account },
        contextVariables: {
          'aws:SourceArn': call.sourceArn,
          'aws:SourceAccount': call.account,
          'aws:SecureTransport': 'true',
        },
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: policy,
    },
    {},
  );
  if (answer.resultType === 'error') {
    throw new Error(`The policy of ${call.resource} cannot be read: ${JSON.stringify(answer.errors)}`);
  }
  return answer.overallResult === 'Allowed';
}
