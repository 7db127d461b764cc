/**
 * For each setting a value other than its default, grouped where settings go together. A setting that is missing here
 * fails the test of upgrades.
 */
export const settingSamples: readonly Readonly<Record<string, string>>[] = [
  { data: 'destroy' },
  { assetTableName: 'assets-restored' },
  { jobTableName: 'jobs-restored' },
  { secretTableName: 'secrets-restored' },
  { logRetentionDays: '30' },
  { logLevel: 'DEBUG' },
  { partConcurrency: '7' },
  { partEntries: '100' },
  { copiesAtATime: '10' },
  { batchedUpdates: 'off' },
  { ingestConcurrency: '5' },
  { apiRequestsPerSecond: '50' },
  { heic: 'off' },
  { alarmEmail: 'operators@example.com' },
  { mailFrom: 'media@example.com' },
  { notifyLoopback: 'on' },
  { mfa: 'required' },
  { browserOrigins: 'https://console.example.com' },
  { priceClass: '100' },
  {
    deliveryDomain: 'media.example.com',
    deliveryCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f0e',
  },
];

/** Settings that no deployed installation changes, each with the reason. */
export const fixedSettings: Readonly<Record<string, string>> = {
  prefix: 'It is the first part of the names of the stacks: another prefix is another installation.',
};
