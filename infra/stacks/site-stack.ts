import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HeadersReferrerPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { exportOutput } from '../constructs/export-output.ts';
import { addStaticSite } from '../constructs/static-site.ts';

export interface SiteStackProps extends StackProps {
  readonly config: Config;
}

/**
 * The content security policy of the documentation. VitePress colours code by `style` attributes, which cannot be allowed
 * one by one; the pages have no forms, no sign-in and no data of anybody.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where the documentation is served from, with the setting `site`. Its files are written after the deployment. */
export class SiteStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: SiteStackProps) {
    super(scope, id, props);
    // S3 responds 403 to an object that is missing where nobody may list the bucket.
    const missing = [403, 404].map((httpStatus) => ({
      httpStatus,
      responseHttpStatus: 404,
      responsePagePath: '/404.html',
      ttl: Duration.minutes(1),
    }));
    const { bucket, distribution } = addStaticSite(this, {
      config,
      id: 'Site',
      title: 'documentation',
      contentSecurityPolicy: policy,
      referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
      rootObject: 'index.html',
      errorResponses: missing,
    });
    exportOutput(this, config, 'SiteUrl', `https://${distribution.distributionDomainName}`);
    exportOutput(this, config, 'SiteBucket', bucket.bucketName);
  }
}
