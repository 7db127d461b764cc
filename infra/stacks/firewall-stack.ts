import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';

export interface FirewallStackProps extends StackProps {
  /** First part of the web ACL's name. */
  readonly prefix: string;
  /** Requests that one IP address may send within five minutes. */
  readonly maxRequestsPerAddress: number;
}

/**
 * A web ACL for the distribution, which blocks addresses that send too many requests. $5 a month, $1 for its rule and $0.60
 * for a million requests. Web ACLs for CloudFront exist in us-east-1 only, wherever the other stacks are.
 */
export class FirewallStack extends Stack {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, { prefix, maxRequestsPerAddress, ...props }: FirewallStackProps) {
    super(scope, id, props);
    const visibility = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      sampledRequestsEnabled: true,
    });
    const acl = new CfnWebACL(this, 'WebAcl', {
      name: `${prefix}-delivery`,
      description: 'Blocks addresses that load media too often',
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(`${prefix}-delivery`),
      rules: [
        {
          name: 'rate',
          priority: 0,
          // 429 and not 403: clients that back off do it for this status.
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              limit: maxRequestsPerAddress,
              evaluationWindowSec: 300,
            },
          },
          visibilityConfig: visibility(`${prefix}-delivery-rate`),
        },
      ],
    });
    this.webAclArn = acl.attrArn;
  }
}
