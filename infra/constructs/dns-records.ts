import {
  AaaaRecord,
  ARecord,
  HostedZone,
  type IAliasRecordTarget,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { type Config, isInZone } from '../config.ts';

/** Makes the alias records of a domain, for IPv4 and IPv6, if the settings name a hosted zone that it belongs to. */
export function addRecords(
  scope: Construct,
  config: Config,
  domain: string,
  target: IAliasRecordTarget,
): void {
  const { hostedZoneId, hostedZoneName } = config;
  if (!hostedZoneId || !hostedZoneName || !isInZone(domain, hostedZoneName)) return;
  const zone = HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName: hostedZoneName });
  const record = { zone, recordName: domain, target: RecordTarget.fromAlias(target) };
  new ARecord(scope, 'RecordIpv4', record);
  new AaaaRecord(scope, 'RecordIpv6', record);
}
