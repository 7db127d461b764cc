/**
 * List prices of us-east-1 in US dollars, November 2026, without free tiers. Each is for one unit, with the page of AWS
 * that states it. docs/costs.md lists them.
 */

interface Price {
  /** As the page of AWS states it. */
  readonly listed: string;
  /** Dollars for one unit. */
  readonly dollars: number;
  readonly source: string;
}

const price = (listed: string, dollars: number, source: string): Price => ({ listed, dollars, source });

const million = 1e6;
const s3 = 'aws.amazon.com/s3/pricing';
const dynamodb = 'aws.amazon.com/dynamodb/pricing/on-demand';
const lambda = 'aws.amazon.com/lambda/pricing';
const states = 'aws.amazon.com/step-functions/pricing';
const cloudWatch = 'aws.amazon.com/cloudwatch/pricing';
const cloudFront = 'aws.amazon.com/cloudfront/pricing/pay-as-you-go';

/** The month in which the prices were read. */
export const pricesOf = 'November 2026';

export const priceList = {
  s3Copy: price('S3: COPY, $0.005 for 1,000', 0.005 / 1_000, s3),
  s3Put: price('S3: PUT, POST and LIST, $0.005 for 1,000; DELETE is free', 0.005 / 1_000, s3),
  s3Get: price('S3: GET and HEAD, $0.0004 for 1,000', 0.0004 / 1_000, s3),
  s3Storage: price('S3 Standard: $0.023 a GB and month', 0.023, s3),
  writeUnit: price('DynamoDB on demand: $0.625 for a million write units', 0.625 / million, dynamodb),
  readUnit: price('DynamoDB on demand: $0.125 for a million read units', 0.125 / million, dynamodb),
  tableStorage: price('DynamoDB: $0.25 a GB and month, with indexes', 0.25, dynamodb),
  pointInTimeRecovery: price(
    'DynamoDB point-in-time recovery: $0.20 a GB and month, without indexes',
    0.2,
    dynamodb,
  ),
  lambdaRequest: price('Lambda: $0.20 for a million invocations', 0.2 / million, lambda),
  lambdaGigabyteSecond: price('Lambda on arm64: $0.0000133334 a GB-second', 0.0000133334, lambda),
  lambdaGigabyteSecondX86: price('Lambda on x86: $0.0000166667 a GB-second', 0.0000166667, lambda),
  /** A child of a Distributed Map is one in its parent. */
  transition: price('Step Functions, Standard: $0.025 for 1,000 transitions', 0.025 / 1_000, states),
  expressRequest: price('Step Functions, Express: $1.00 for a million executions', 1 / million, states),
  /** In units of 64 MB and 100 ms. */
  expressGigabyteSecond: price('Step Functions, Express: $0.00001667 a GB-second', 0.00001667, states),
  event: price(
    'EventBridge: $1.00 for a million custom events',
    1 / million,
    'aws.amazon.com/eventbridge/pricing',
  ),
  queueRequest: price('SQS: $0.40 for a million requests', 0.4 / million, 'aws.amazon.com/sqs/pricing'),
  apiRequest: price(
    'API Gateway, HTTP API: $1.00 for a million requests',
    1 / million,
    'aws.amazon.com/api-gateway/pricing',
  ),
  member: price(
    'Cognito Essentials: $0.015 for a user who signs in within the month',
    0.015,
    'aws.amazon.com/cognito/pricing',
  ),
  alarm: price('CloudWatch: $0.10 for an alarm and month', 0.1, cloudWatch),
  logGigabyte: price('CloudWatch Logs: $0.50 a GB taken in', 0.5, cloudWatch),
  logStorage: price('CloudWatch Logs: $0.03 a GB and month', 0.03, cloudWatch),
  trace: price('X-Ray: $5.00 for a million traces', 5 / million, 'aws.amazon.com/xray/pricing'),
  edgeRequest: price(
    'CloudFront: HTTPS requests, $0.01 for 10,000 (North America, Europe)',
    0.01 / 10_000,
    cloudFront,
  ),
  edgeGigabyte: price('CloudFront: $0.085 a GB up to 10 TB a month', 0.085, cloudFront),
  edgeFunction: price('CloudFront Functions: $0.10 for a million calls', 0.1 / million, cloudFront),
} as const;

type PriceName = keyof typeof priceList;

/** Dollars for one unit, by name. */
export const prices = Object.fromEntries(
  Object.entries(priceList).map(([name, { dollars }]) => [name, dollars]),
) as Readonly<Record<PriceName, number>>;

/** Lambda and Step Functions record the first request of each second and this share of the others. */
export const traceShare = 0.05;
