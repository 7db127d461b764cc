/**
 * Regions by what Pressroom needs of them, checked against AWS's documents in November 2026. Functions, tables, queues,
 * buckets, EventBridge Scheduler, Step Functions, HTTP APIs and Cognito user pools are in all of them. Access logs of
 * CloudFront (standard logging v2) reach buckets in every region, those that accounts opt in to included:
 * docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html#send-logs-s3
 */
const supported = [
  'af-south-1',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'me-south-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/** The image server is a function URL: docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html, its first note. */
const withoutFunctionUrls = [
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
];

/**
 * Checks that all services of Pressroom exist in a region.
 * @throws Error that says what is missing there, and which regions have it
 */
export function checkRegion(region: string): void {
  if (supported.includes(region)) return;
  const reason = withoutFunctionUrls.includes(region)
    ? 'Lambda has no function URLs there, which the image server needs to stream its responses'
    : /^(cn|us-gov|us-iso\w*|eu-isoe|eusc)-/.test(region)
      ? 'CloudFront there is not that of the other regions, or does not exist'
      : 'nobody has checked yet that it has function URLs with response streaming';
  throw new Error(`The region ${region} cannot be used: ${reason}. Use one of: ${supported.join(', ')}.`);
}
