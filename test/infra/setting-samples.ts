/**
 * For each setting a value other than its default, grouped where settings go together or add and remove nothing. A setting
 * that is missing here fails the test of upgrades.
 */
export const settingSamples: readonly Readonly<Record<string, string>>[] = [
  { data: 'destroy' },
  // Numbers and levels, which add and remove nothing.
  {
    logRetentionDays: '30',
    logLevel: 'DEBUG',
    partConcurrency: '7',
    partEntries: '100',
    copiesAtATime: '10',
    batchedUpdates: 'off',
    partMemory: '1024',
    ingestConcurrency: '5',
    maxRunningJobs: '7',
    apiRequestsPerSecond: '50',
    alarmRequestsPerHour: '1000000',
    alarmGigabytesPerHour: '50',
  },
  {
    assetTableName: 'assets-restored',
    assetTableStreamArn:
      'arn:aws:dynamodb:eu-west-1:123456789012:table/assets-restored/stream/2026-11-24T08:30:00.000',
  },
  { jobTableName: 'jobs-restored' },
  { secretTableName: 'secrets-restored' },
  {
    accountConcurrency: '2000',
    imageConcurrency: '700',
    apiConcurrency: '100',
    publishConcurrency: '400',
  },
  { warmThroughput: '8000' },
  { heic: 'off' },
  { alarmEmail: 'operators@example.com' },
  { maxRequestsPerAddress: '10000' },
  { mailFrom: 'media@example.com' },
  { notifyLoopback: 'on', sourceBuckets: 'luma:acme-photos/web/,*:shared-fonts' },
  { mfa: 'required' },
  { browserOrigins: 'https://console.example.com' },
  { priceClass: '100' },
  { callbackUrls: 'https://console.example.com/callback,http://localhost:5173/callback' },
  { logoutUrls: 'https://app.example.com/' },
  {
    oidcIssuer: 'https://login.example.com',
    oidcClientId: 'pressroom',
    oidcClientSecretName: 'pressroom/oidc',
    oidcName: 'Example',
  },
  {
    samlMetadataUrl: 'https://login.example.com/metadata.xml',
    samlName: 'ExampleSaml',
  },
  { loginPages: 'classic' },
  { loginMail: 'ses', mailFrom: 'media@example.com' },
  {
    deliveryDomain: 'media.example.com',
    deliveryCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e',
  },
  {
    apiDomain: 'api.example.com',
    apiCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e',
  },
  // A zone is of use only with a domain.
  {
    hostedZoneId: 'Z0123456789ABC',
    hostedZoneName: 'example.com',
    deliveryDomain: 'media.example.com',
    deliveryCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e',
  },
  {
    consoleDomain: 'console.example.com',
    consoleCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e',
  },
  { site: 'on' },
  { consoleSources: 'https://pictures.example.com' },
];

/** Settings that no deployed installation changes, each with the reason. */
export const fixedSettings: Readonly<Record<string, string>> = {
  loginDomainPrefix:
    'A user pool has one domain, and CloudFormation makes the new one first: npm run deploy refuses it.',
  prefix: 'It is the first part of the names of the stacks: another prefix is another installation.',
};
