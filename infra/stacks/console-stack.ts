import { Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { consolePolicy } from '../constructs/console-headers.ts';
import { addRecords } from '../constructs/dns-records.ts';
import { bundleEdgeFunction } from '../constructs/edge-bundle.ts';
import { exportOutput, keepExports } from '../constructs/export-output.ts';
import { globalName } from '../constructs/global-name.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';

export interface ConsoleStackProps extends StackProps {
  readonly config: Config;
}

/**
 * Where the web console is served from: a bucket and a distribution. It depends on no other stack, so that sign-in, API
 * and uploads can allow its origin; its files and `config.json`, which names those, are written after all is deployed.
 */
export class ConsoleStack extends Stack {
  /** Web origin of the console, without a slash at its end. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { config, ...props }: ConsoleStackProps) {
    super(scope, id, props);
    const { bucket } = new PrivateBucket(this, 'ConsoleFiles', { config, disposable: true });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Holds what everybody may download. The bucket of access logs is of a stack that depends on this one.',
    });
    const findPage = new EdgeFunction(this, 'FindPage', {
      functionName: globalName(this, config, 'find-page'),
      comment: 'Serves one document for the addresses of all pages of the console',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(bundleEdgeFunction('find-page')),
    });
    const distribution = new Distribution(this, 'Console', {
      comment: `${config.prefix}: web console`,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: {
        '100': PriceClass.PRICE_CLASS_100,
        '200': PriceClass.PRICE_CLASS_200,
        all: PriceClass.PRICE_CLASS_ALL,
      }[config.priceClass],
      ...(config.consoleDomain &&
        config.consoleCertificateArn && {
          domainNames: [config.consoleDomain],
          certificate: Certificate.fromCertificateArn(this, 'Certificate', config.consoleCertificateArn),
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket, {
          originAccessControl: new S3OriginAccessControl(this, 'ConsoleAccess', {
            originAccessControlName: globalName(this, config, 'console'),
          }),
        }),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        compress: true,
        cachePolicy: new CachePolicy(this, 'ConsoleCache', {
          cachePolicyName: globalName(this, config, 'console'),
          // Query strings are read by the page itself.
          queryStringBehavior: CacheQueryStringBehavior.none(),
          minTtl: Duration.seconds(0),
          defaultTtl: Duration.seconds(0),
          maxTtl: Duration.days(365),
          enableAcceptEncodingBrotli: true,
          enableAcceptEncodingGzip: true,
        }),
        responseHeadersPolicy: this.makeHeaders(config),
        functionAssociations: [{ function: findPage, eventType: FunctionEventType.VIEWER_REQUEST }],
      },
    });
    this.acknowledge(distribution, config);
    const domain = config.consoleDomain ?? distribution.distributionDomainName;
    this.origin = `https://${domain}`;
    // The data stack imports it only without a domain of the console.
    keepExports(this, distribution.distributionDomainName);

    exportOutput(this, config, 'ConsoleUrl', this.origin);
    exportOutput(this, config, 'ConsoleBucket', bucket.bucketName);
    if (config.consoleDomain) {
      exportOutput(this, config, 'ConsoleDomainTarget', distribution.distributionDomainName);
      addRecords(this, config, config.consoleDomain, new CloudFrontTarget(distribution));
    }
  }

  private makeHeaders(config: Config): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'ConsoleHeaders', {
      responseHeadersPolicyName: globalName(this, config, 'console'),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: consolePolicy(config, this.region), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        // Addresses of previews are secrets: no other site learns where a visitor comes from.
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
      },
      removeHeaders: ['x-amz-server-side-encryption', 'x-amz-version-id', 'x-amz-request-id', 'x-amz-id-2'],
    });
  }

  private acknowledge(made: Distribution, config: Config): void {
    const reasons = {
      'AwsSolutions-CFR1': 'People may work from everywhere; who needs a geo restriction sets it here.',
      'AwsSolutions-CFR2': 'Static files only: the API, which they call, has its own limits.',
      'AwsSolutions-CFR3': 'Static files, the same for everybody: who does what is in the logs of the API.',
      ...(!config.consoleDomain && {
        'AwsSolutions-CFR4':
          'The name cloudfront.net comes with its own certificate and TLS policy. With -c consoleDomain it is TLSv1.2_2021.',
      }),
    };
    for (const [id, reason] of Object.entries(reasons)) Validations.of(made).acknowledge({ id, reason });
  }
}
