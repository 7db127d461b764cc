import type { Stack } from 'aws-cdk-lib';
import type { Config } from '../config.ts';

/**
 * A name that is unique in the account over all regions: `pressroom-files-eu-west-1`. CloudFront's resources and
 * CloudWatch's dashboards need it; all other names are of one region.
 */
export function globalName(stack: Stack, config: Config, name: string): string {
  return `${config.prefix}-${name}-${stack.region}`;
}
