import {
  type CloudFrontClient,
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
  ListOriginAccessControlsCommand,
  ListOriginRequestPoliciesCommand,
  ListResponseHeadersPoliciesCommand,
} from '@aws-sdk/client-cloudfront';
import type { Finding } from './finding.ts';

interface Room {
  readonly what: string;
  /** Of its resources in the templates. */
  readonly type: string;
  /** Of an account: docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
  readonly defaultQuota: number;
  /** That one installation makes. */
  readonly needed: number;
  readonly count: (cloudFront: CloudFrontClient, marker: string | undefined) => Promise<Page>;
}

interface Page {
  readonly quantity: number;
  readonly next: string | undefined;
}

const page = (
  list: { Quantity?: number | undefined; NextMarker?: string | undefined } | undefined,
): Page => ({
  quantity: list?.Quantity ?? 0,
  next: list?.NextMarker || undefined,
});

/** What an installation makes in CloudFront. */
export const cloudFrontRooms: readonly Room[] = [
  {
    what: 'distributions',
    type: 'AWS::CloudFront::Distribution',
    defaultQuota: 200,
    needed: 2,
    count: async (cloudFront, Marker) =>
      page((await cloudFront.send(new ListDistributionsCommand({ Marker }))).DistributionList),
  },
  {
    what: 'cache policies',
    type: 'AWS::CloudFront::CachePolicy',
    defaultQuota: 20,
    needed: 4,
    count: async (cloudFront, Marker) =>
      page((await cloudFront.send(new ListCachePoliciesCommand({ Type: 'custom', Marker }))).CachePolicyList),
  },
  {
    what: 'response headers policies',
    type: 'AWS::CloudFront::ResponseHeadersPolicy',
    defaultQuota: 20,
    needed: 2,
    count: async (cloudFront, Marker) =>
      page(
        (await cloudFront.send(new ListResponseHeadersPoliciesCommand({ Type: 'custom', Marker })))
          .ResponseHeadersPolicyList,
      ),
  },
  {
    what: 'origin request policies',
    type: 'AWS::CloudFront::OriginRequestPolicy',
    defaultQuota: 20,
    needed: 1,
    count: async (cloudFront, Marker) =>
      page(
        (await cloudFront.send(new ListOriginRequestPoliciesCommand({ Type: 'custom', Marker })))
          .OriginRequestPolicyList,
      ),
  },
  {
    what: 'functions',
    type: 'AWS::CloudFront::Function',
    defaultQuota: 100,
    needed: 3,
    count: async (cloudFront, Marker) =>
      page((await cloudFront.send(new ListFunctionsCommand({ Stage: 'DEVELOPMENT', Marker }))).FunctionList),
  },
  {
    what: 'origin access controls',
    type: 'AWS::CloudFront::OriginAccessControl',
    defaultQuota: 100,
    needed: 3,
    count: async (cloudFront, Marker) =>
      page((await cloudFront.send(new ListOriginAccessControlsCommand({ Marker }))).OriginAccessControlList),
  },
];

/**
 * Whether an account has room for what an installation makes in CloudFront. Accounts may have more than the default
 * quotas, so too little is a warning only.
 * @param isFirst nothing is deployed yet; an update makes nothing more
 */
export async function checkCloudFront(cloudFront: CloudFrontClient, isFirst: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { what, defaultQuota, needed, count } of cloudFrontRooms) {
    let present = 0;
    let next: string | undefined;
    do {
      const found = await count(cloudFront, next);
      present += found.quantity;
      next = found.next;
    } while (next !== undefined);
    const subject = `CloudFront ${what}`;
    const text = `${present} exist`;
    if (!isFirst || present + needed <= defaultQuota) findings.push({ subject, level: 'ok', text });
    else
      findings.push({
        subject,
        level: 'warning',
        text: `${text}, ${needed} more are needed, and the default quota is ${defaultQuota}`,
        remedy: 'Service Quotas in us-east-1, Amazon CloudFront',
      });
  }
  return findings;
}
