import { Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersReferrerPolicy,
  SecurityPolicyProtocol,
} from 'aws-cdk-lib/aws-cloudfront';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { consolePolicy } from '../constructs/console-headers.ts';
import { addRecords } from '../constructs/dns-records.ts';
import { bundleEdgeFunction } from '../constructs/edge-bundle.ts';
import { exportOutput, keepExports } from '../constructs/export-output.ts';
import { globalName } from '../constructs/global-name.ts';
import { addStaticSite } from '../constructs/static-site.ts';

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
    const findPage = new EdgeFunction(this, 'FindPage', {
      functionName: globalName(this, config, 'find-page'),
      comment: 'Serves one document for the addresses of all pages of the console',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(bundleEdgeFunction('find-page')),
    });
    const { bucket, distribution } = addStaticSite(this, {
      config,
      id: 'Console',
      title: 'web console',
      contentSecurityPolicy: consolePolicy(config, this.region),
      // Addresses of previews are secrets: no other site learns where a visitor comes from.
      referrerPolicy: HeadersReferrerPolicy.NO_REFERRER,
      functionAssociations: [{ function: findPage, eventType: FunctionEventType.VIEWER_REQUEST }],
      ...(config.consoleDomain &&
        config.consoleCertificateArn && {
          domainNames: [config.consoleDomain],
          certificate: Certificate.fromCertificateArn(this, 'Certificate', config.consoleCertificateArn),
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        }),
    });
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
}
