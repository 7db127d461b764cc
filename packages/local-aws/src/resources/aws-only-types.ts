import type { ResourceRequest, ResourceType } from './resource.ts';

type Identity = Pick<ResourceRequest, 'properties' | 'generatedName' | 'region' | 'account'>;

/**
 * Types for monitoring, logging and the look of login pages, which do nothing on the local cloud. They get names and ARNs, because other
 * resources refer to them.
 */
export const awsOnlyTypes: readonly ResourceType[] = [
  awsOnlyType('AWS::CDK::Metadata', 'CDK metadata', ({ generatedName }) => ({
    ref: generatedName,
    attributes: {},
  })),
  awsOnlyType('AWS::CloudWatch::Alarm', 'alarms', alarm),
  awsOnlyType('AWS::CloudWatch::CompositeAlarm', 'alarms', alarm),
  awsOnlyType('AWS::CloudWatch::Dashboard', 'dashboards', (request) => ({
    ref: named(request, 'DashboardName'),
    attributes: {},
  })),
  awsOnlyType('AWS::Logs::LogGroup', 'log groups', (request) => {
    const name = named(request, 'LogGroupName');
    return {
      ref: name,
      attributes: { Arn: `arn:aws:logs:${request.region}:${request.account}:log-group:${name}:*` },
    };
  }),
  awsOnlyType('AWS::Logs::QueryDefinition', 'log queries', ({ generatedName }) => ({
    ref: generatedName,
    attributes: { QueryDefinitionId: generatedName },
  })),
  awsOnlyType('AWS::Logs::MetricFilter', 'metric filters', ({ generatedName }) => ({
    ref: generatedName,
    attributes: {},
  })),
  awsOnlyType('AWS::Logs::ResourcePolicy', 'log policies', ({ generatedName }) => ({
    ref: generatedName,
    attributes: {},
  })),
  awsOnlyType('AWS::Logs::DeliverySource', 'log deliveries', (request) =>
    logDelivery(request, 'delivery-source'),
  ),
  awsOnlyType('AWS::Logs::DeliveryDestination', 'log deliveries', (request) =>
    logDelivery(request, 'delivery-destination'),
  ),
  awsOnlyType('AWS::Logs::Delivery', 'log deliveries', ({ generatedName }) => ({
    ref: generatedName,
    attributes: { DeliveryId: generatedName },
  })),
  awsOnlyType('AWS::WAFv2::WebACL', 'web ACLs', (request) => {
    const name = named(request, 'Name');
    return {
      ref: name,
      attributes: { Arn: `arn:aws:wafv2:${request.region}:${request.account}:global/webacl/${name}/local` },
    };
  }),
  awsOnlyType('AWS::Cognito::ManagedLoginBranding', 'styles of login pages', ({ generatedName }) => ({
    ref: generatedName,
    attributes: { ManagedLoginBrandingId: generatedName },
  })),
  awsOnlyType('AWS::SNS::Topic', 'notification topics', (request) => {
    const name = named(request, 'TopicName');
    const arn = `arn:aws:sns:${request.region}:${request.account}:${name}`;
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  }),
  awsOnlyType('AWS::SNS::TopicPolicy', 'topic policies', ({ generatedName }) => ({
    ref: generatedName,
    attributes: {},
  })),
  awsOnlyType('AWS::SNS::Subscription', 'subscriptions', (request) => {
    const ref = `${String(request.properties.TopicArn)}:${request.generatedName}`;
    return { ref, attributes: { Arn: ref } };
  }),
];

function awsOnlyType(
  type: string,
  awsOnly: string,
  identify: (request: Identity) => { ref: string; attributes: Record<string, string> },
): ResourceType {
  return { type, honours: [], awsOnly, create: async (request) => identify(request) };
}

function alarm(request: Identity): { ref: string; attributes: Record<string, string> } {
  const name = named(request, 'AlarmName');
  return {
    ref: name,
    attributes: { Arn: `arn:aws:cloudwatch:${request.region}:${request.account}:alarm:${name}` },
  };
}

function logDelivery(
  request: Identity,
  kind: 'delivery-source' | 'delivery-destination',
): { ref: string; attributes: Record<string, string> } {
  const name = named(request, 'Name');
  return {
    ref: name,
    attributes: { Arn: `arn:aws:logs:${request.region}:${request.account}:${kind}:${name}` },
  };
}

function named({ properties, generatedName }: Identity, property: string): string {
  return String(properties[property] ?? generatedName);
}
