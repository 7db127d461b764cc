/**
 * List prices of us-east-1 in US dollars, November 2026, without free tiers. Each is for one unit.
 * Sources: the price pages of the services, aws.amazon.com/<service>/pricing.
 */
export const prices = {
  /** S3: PUT, COPY, POST, LIST $0.005 / 1,000; GET and HEAD $0.0004 / 1,000; DELETE is free. */
  s3Copy: 0.005 / 1_000,
  s3Put: 0.005 / 1_000,
  s3Get: 0.0004 / 1_000,
  /** DynamoDB on demand, since November 2024: $0.625 a million write units, $0.125 a million read units. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  /** Lambda: $0.20 a million requests; arm64 $0.0000133334 a GB-second, starts included since August 2025. */
  lambdaRequest: 0.2 / 1e6,
  lambdaGigabyteSecond: 0.0000133334,
  /** Step Functions, Standard: a transition; a child of a Distributed Map is one in its parent. */
  transition: 0.025 / 1_000,
  /** Step Functions, Express: $1.00 a million requests; $0.00001667 a GB-second, in 64 MB and 100 ms. */
  expressRequest: 1 / 1e6,
  expressGigabyteSecond: 0.00001667,
  /** EventBridge: $1.00 a million custom events. */
  event: 1 / 1e6,
  /** CloudWatch Logs: $0.50 a GB taken in. */
  logGigabyte: 0.5,
  /** X-Ray: $5.00 a million traces. Lambda and Step Functions record one a second and 5 % of the others. */
  trace: 5 / 1e6,
  traceShare: 0.05,
} as const;
