import { type Stack, Token } from 'aws-cdk-lib';
import type { Config } from '../config.ts';

/**
 * A name that is unique in the account over all regions: `pressroom-files-eu-west-1`. CloudFront's resources and
 * CloudWatch's dashboards need it; all other names are of one region.
 */
export function globalName(stack: Stack, config: Config, name: string): string {
  return `${config.prefix}-${name}-${stack.region}`;
}

/** The region of CloudFront's metrics, log deliveries and web ACLs, wherever the distribution was made. */
export const edgeRegion = 'us-east-1';

/**
 * The first part of the names of an installation in us-east-1: `pressroom`, or `pressroom-eu-west-1` where the installation
 * is in another region. Installations of several regions can have one prefix.
 * @param region of the installation
 */
export function edgePrefix(config: Config, region: string): string {
  return Token.isUnresolved(region) || region === edgeRegion ? config.prefix : `${config.prefix}-${region}`;
}
