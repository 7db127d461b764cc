import { simulateIam } from './simulate-iam.ts';

/** A call that an AWS service makes in its own name. */
export interface ServiceCall {
  /** `events.amazonaws.com` */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** The rule or distribution that the service acts for. */
  readonly sourceArn: string;
  readonly account: string;
}

/**
 * Whether the policy of a resource allows a call of an AWS service. Without a policy nothing is allowed.
 * @throws Error if the policy is not valid
 */
export async function isServiceAllowed(resourcePolicy: unknown, call: ServiceCall): Promise<boolean> {
  if (resourcePolicy === undefined) return false;
  const { service, action, resource, sourceArn, account } = call;
  try {
    return await simulateIam({
      principal: service,
      action,
      resource,
      account,
      context: {
        'aws:SourceArn': sourceArn,
        'aws:SourceAccount': account,
        'aws:SecureTransport': 'true',
      },
      resourcePolicy,
    });
  } catch (error) {
    throw new Error(
      `The policy of ${resource} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}
