import type { ResourceRequest, ResourceType } from './resource.ts';

type Identity = Pick<ResourceRequest, 'properties' | 'generatedName' | 'region' | 'account'>;

/**
 * Types that have nothing to run on the local cloud: what watches, logs and notifies. They get their names and ARNs,
 * since other resources refer to them.
 */
export const keptForAws: readonly ResourceType[] = [
  keep('AWS::CDK::Metadata', 'CDK metadata', ({ generatedName }) => ({ ref: generatedName, attributes: {} })),
  keep('AWS::CloudWatch::Alarm', 'alarms', alarm),
  keep('AWS::CloudWatch::CompositeAlarm', 'alarms', alarm),
  keep('AWS::CloudWatch::Dashboard', 'dashboards', (request) => ({
    ref: named(request, 'DashboardName'),
    attributes: {},
  })),
  keep('AWS::Logs::LogGroup', 'log groups', (request) => {
    const name = named(request, 'LogGroupName');
    return {
      ref: name,
      attributes: { Arn: `arn:aws:logs:${request.region}:${request.account}:log-group:${name}:*` },
    };
  }),
  keep('AWS::Logs::QueryDefinition', 'log queries', ({ generatedName }) => ({
    ref: generatedName,
    attributes: { QueryDefinitionId: generatedName },
  })),
  keep('AWS::Logs::MetricFilter', 'metric filters', ({ generatedName }) => ({
    ref: generatedName,
    attributes: {},
  })),
  keep('AWS::Logs::ResourcePolicy', 'log policies', ({ generatedName }) => ({
    ref: generatedName,
    attributes: {},
  })),
  keep('AWS::SNS::Topic', 'notification topics', (request) => {
    const name = named(request, 'TopicName');
    const arn = `arn:aws:sns:${request.region}:${request.account}:${name}`;
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  }),
  keep('AWS::SNS::TopicPolicy', 'topic policies', ({ generatedName }) => ({
    ref: generatedName,
    attributes: {},
  })),
  keep('AWS::SNS::Subscription', 'subscriptions', (request) => {
    const ref = `${String(request.properties.TopicArn)}:${request.generatedName}`;
    return { ref, attributes: { Arn: ref } };
  }),
];

function keep(
  type: string,
  keptForAwsOnly: string,
  identify: (request: Identity) => { ref: string; attributes: Record<string, string> },
): ResourceType {
  return { type, honours: [], keptForAwsOnly, create: async (request) => identify(request) };
}

function alarm(request: Identity): { ref: string; attributes: Record<string, string> } {
  const name = named(request, 'AlarmName');
  return {
    ref: name,
    attributes: { Arn: `arn:aws:cloudwatch:${request.region}:${request.account}:alarm:${name}` },
  };
}

function named({ properties, generatedName }: Identity, property: string): string {
  return String(properties[property] ?? generatedName);
}
