import { devNull } from 'node:os';
import type { RoleCredentials } from '../cloud-services.ts';
import type { WorkerSettings } from './worker-protocol.ts';

/** Services of our own endpoint, by the id at the end of their `AWS_ENDPOINT_URL_…` variable. */
const ownServices = ['DYNAMODB', 'SFN', 'CLOUDFRONT', 'LAMBDA', 'SCHEDULER', 'SESV2'];

const ministackServices = [
  'S3',
  'SQS',
  'SNS',
  'EVENTBRIDGE',
  'COGNITO_IDENTITY_PROVIDER',
  'SES',
  'STS',
  'CLOUDWATCH',
  'CLOUDWATCH_LOGS',
];

export interface EnvironmentVariables {
  readonly own: Readonly<Record<string, string>>;
  readonly region: string;
  readonly ministackEndpoint: string;
  readonly ownEndpoint: string;
  readonly credentials: RoleCredentials;
  readonly settings: WorkerSettings;
  readonly logLevel?: string;
}

/**
 * The environment variables of a function: those that Lambda sets, the endpoints of the local cloud, and the function's
 * own variables. AWS_EXECUTION_ENV is left out, because X-Ray clients would then send segments to a daemon.
 */
export function environmentVariables(from: EnvironmentVariables): Record<string, string> {
  const { settings, credentials } = from;
  const endpoints = [
    ...ministackServices.map((service) => [`AWS_ENDPOINT_URL_${service}`, from.ministackEndpoint]),
    ...ownServices.map((service) => [`AWS_ENDPOINT_URL_${service}`, from.ownEndpoint]),
  ];
  return {
    ...from.own,
    AWS_REGION: from.region,
    AWS_DEFAULT_REGION: from.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: settings.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryLimitInMB),
    AWS_LAMBDA_FUNCTION_VERSION: settings.functionVersion,
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: settings.logStreamName,
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
    ...(from.logLevel && { AWS_LAMBDA_LOG_LEVEL: from.logLevel }),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: settings.folder,
    _HANDLER: settings.handler,
    TZ: ':UTC',
    // For all other services: no call may reach the real AWS.
    AWS_ENDPOINT_URL: from.ministackEndpoint,
    ...Object.fromEntries(endpoints),
    // The function must not read the developer's profile.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}
