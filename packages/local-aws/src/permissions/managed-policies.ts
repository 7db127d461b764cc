/**
 * The AWS managed policies that a template may name
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html). An unknown policy stops the start
 * with an error that names it.
 */
const managedPolicies: Readonly<Record<string, object>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow([
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ]),
  AWSXRayDaemonWriteAccess: allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
  CloudWatchLambdaInsightsExecutionRolePolicy: allow([
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ]),
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': allow([
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ]),
};

/**
 * The document of an AWS managed policy.
 * @throws Error if the policy is not in the list
 */
export function managedPolicy(arn: string): object {
  const name = arn.replace(/^arn:aws[^:]*:iam::aws:policy\//, '');
  const document = managedPolicies[name];
  if (!document) throw new Error(`The local cloud does not know the AWS managed policy "${name}"`);
  return document;
}

/** Whether the policy belongs to AWS and not to the account. */
export function isManagedByAws(arn: string): boolean {
  return /^arn:aws[^:]*:iam::aws:policy\//.test(arn);
}

function allow(actions: readonly string[]): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
