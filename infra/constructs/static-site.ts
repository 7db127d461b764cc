import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  type DistributionProps,
  HeadersFrameOption,
  type HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Config } from '../config.ts';
import { globalName } from './global-name.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface StaticSiteProps
  extends Pick<
    DistributionProps,
    'domainNames' | 'certificate' | 'minimumProtocolVersion' | 'errorResponses'
  > {
  readonly config: Config;
  /** First part of the logical ids: `Console` makes `ConsoleFiles`, `Console` and so on. */
  readonly id: string;
  /** Completes the comment of the distribution, as in `web console`. */
  readonly title: string;
  readonly contentSecurityPolicy: string;
  readonly referrerPolicy: HeadersReferrerPolicy;
  /** The object that `/` stands for. */
  readonly rootObject?: string;
  readonly functionAssociations?: DistributionProps['defaultBehavior']['functionAssociations'];
}

export interface StaticSite {
  readonly bucket: IBucket;
  readonly distribution: Distribution;
}

/**
 * Files that everybody may read: a private bucket and the distribution that serves it, in the stack itself, so that logical
 * ids stay what they are. The files come after the deployment.
 */
export function addStaticSite(stack: Stack, props: StaticSiteProps): StaticSite {
  const { config, id } = props;
  const name = globalName(stack, config, id.toLowerCase());
  const { bucket } = new PrivateBucket(stack, `${id}Files`, { config, disposable: true });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Holds what everybody may download. The bucket of access logs is of a stack that depends on this one.',
  });
  const distribution = new Distribution(stack, id, {
    comment: `${config.prefix}: ${props.title}`,
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: {
      '100': PriceClass.PRICE_CLASS_100,
      '200': PriceClass.PRICE_CLASS_200,
      all: PriceClass.PRICE_CLASS_ALL,
    }[config.priceClass],
    ...(props.domainNames && { domainNames: props.domainNames }),
    ...(props.certificate && { certificate: props.certificate }),
    ...(props.minimumProtocolVersion && { minimumProtocolVersion: props.minimumProtocolVersion }),
    ...(props.rootObject !== undefined && { defaultRootObject: props.rootObject }),
    ...(props.errorResponses && { errorResponses: props.errorResponses }),
    defaultBehavior: {
      origin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessControl: new S3OriginAccessControl(stack, `${id}Access`, {
          originAccessControlName: name,
        }),
      }),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      compress: true,
      cachePolicy: new CachePolicy(stack, `${id}Cache`, {
        cachePolicyName: name,
        // Query strings are read by the page itself.
        queryStringBehavior: CacheQueryStringBehavior.none(),
        minTtl: Duration.seconds(0),
        defaultTtl: Duration.seconds(0),
        maxTtl: Duration.days(365),
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
      }),
      responseHeadersPolicy: new ResponseHeadersPolicy(stack, `${id}Headers`, {
        responseHeadersPolicyName: name,
        securityHeadersBehavior: {
          contentSecurityPolicy: { contentSecurityPolicy: props.contentSecurityPolicy, override: true },
          contentTypeOptions: { override: true },
          frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
          referrerPolicy: { referrerPolicy: props.referrerPolicy, override: true },
          strictTransportSecurity: {
            accessControlMaxAge: Duration.days(365),
            includeSubdomains: false,
            override: true,
          },
        },
        removeHeaders: ['x-amz-server-side-encryption', 'x-amz-version-id', 'x-amz-request-id', 'x-amz-id-2'],
      }),
      ...(props.functionAssociations && { functionAssociations: props.functionAssociations }),
    },
  });
  const reasons = {
    'AwsSolutions-CFR1': 'People may work from everywhere; who needs a geo restriction sets it here.',
    'AwsSolutions-CFR2': 'Static files only: the API, which they call, has its own limits.',
    'AwsSolutions-CFR3': 'Static files, the same for everybody: who does what is in the logs of the API.',
    ...(!props.domainNames && {
      'AwsSolutions-CFR4':
        'The name cloudfront.net comes with its own certificate and TLS policy. With -c consoleDomain it is TLSv1.2_2021.',
    }),
  };
  for (const [rule, reason] of Object.entries(reasons))
    Validations.of(distribution).acknowledge({ id: rule, reason });
  return { bucket, distribution };
}
