import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { addAlarms, metric } from '../constructs/add-alarms.ts';
import { edgePrefix } from '../constructs/global-name.ts';
import { cloudFrontLogPrefix, type DataStack } from './data-stack.ts';
import type { DeliveryStack } from './delivery-stack.ts';

/** Traffic is looked at by the hour: what costs money lasts, and a campaign's first minutes raise no alarm. */
const trafficPeriod = Duration.hours(1);

export interface EdgeStackProps extends StackProps {
  readonly config: Config;
  readonly data: DataStack;
  readonly delivery: DeliveryStack;
}

/**
 * What watches the distribution. CloudFront reports its metrics to us-east-1 and takes log deliveries there only, so this
 * stack is in us-east-1 wherever the others are.
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, delivery, ...props }: EdgeStackProps) {
    super(scope, id, props);
    const { distributionId, distributionArn } = delivery.distribution;
    const edge = (name: string, statistic: string) =>
      metric('CloudFront', name, { DistributionId: distributionId, Region: 'Global' }, statistic);

    const prefix = edgePrefix(config, delivery.region);
    addAlarms(this, config, { prefix, topicName: `${prefix}-edge-alarms` }, [
      {
        subject: 'distribution',
        name: 'server-errors',
        description: 'More than 1 % of the deliveries end with a server error',
        metric: edge('5xxErrorRate', 'Average'),
        above: 1,
        periods: [3, 3],
      },
      {
        subject: 'distribution',
        name: 'requests',
        description: `More than ${config.alarmRequestsPerHour} requests reached the CDN within an hour`,
        metric: edge('Requests', 'Sum').with({ period: trafficPeriod }),
        above: config.alarmRequestsPerHour,
        periods: [1, 1],
      },
      {
        subject: 'distribution',
        name: 'bytes',
        description: `The CDN delivered more than ${config.alarmGigabytesPerHour} GB within an hour`,
        metric: edge('BytesDownloaded', 'Sum').with({ period: trafficPeriod }),
        above: config.alarmGigabytesPerHour * 1e9,
        periods: [1, 1],
      },
    ]);

    // Standard logging v2. The legacy logs of a distribution need a bucket with ACLs, and not every region has them.
    const source = new CfnDeliverySource(this, 'AccessLogSource', {
      name: `${prefix}-distribution`,
      logType: 'ACCESS_LOGS',
      resourceArn: distributionArn,
    });
    const destination = new CfnDeliveryDestination(this, 'AccessLogDestination', {
      name: `${prefix}-access-logs`,
      destinationResourceArn: `${data.accessLogs.bucketArn}/${cloudFrontLogPrefix}`,
      outputFormat: 'w3c',
    });
    new CfnDelivery(this, 'AccessLogs', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
      s3SuffixPath: '{yyyy}/{MM}/{dd}',
    }).addResourceDependency(source);
  }
}
