import { runSimulation } from '@cloud-copilot/iam-simulate';

/** A call that CloudFront makes in its own name for a distribution. */
export interface OriginAccessQuestion {
  readonly action: string;
  readonly resource: string;
  readonly distributionArn: string;
  readonly account: string;
}

/**
 * Does a resource policy let CloudFront do this for the distribution? As with origin access control, the caller
 * is the service, and the distribution stands in `aws:SourceArn`. Without a policy: no.
 * @throws Error where the policy is no valid one
 */
export async function allowsCloudFront(policy: unknown, question: OriginAccessQuestion): Promise<boolean> {
  if (policy === undefined) return false;
  const answer = await runSimulation(
    {
      request: {
        principal: 'cloudfront.amazonaws.com',
        action: question.action,
        resource: { resource: question.resource, accountId: question.account },
        contextVariables: {
          'aws:SourceArn': question.distributionArn,
          'aws:SourceAccount': question.account,
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
    throw new Error(`The policy for ${question.resource} can't be read: ${JSON.stringify(answer.errors)}`);
  }
  return answer.overallResult === 'Allowed';
}
