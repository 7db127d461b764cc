/**
 * The handlers of the functions as they ship, wired by themselves, on the clients of a memory cloud. A test file has one
 * such cloud: handlers make their clients when they are loaded.
 */
import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { cloudNames } from './cloud-names.ts';
import type { MemoryCloud } from './memory-cloud.ts';

/** What functions find in their environment beside the names of the cloud. */
const settings = {
  API_ENDPOINT: 'https://abc123.execute-api.example',
  API_URL: 'https://api.example.com',
  TOKEN_URL: 'https://login.example/oauth2/token',
  MAIL_FROM: 'media@example.com',
  NOTIFY_LOOPBACK: 'off',
  SOURCE_BUCKETS: 'luma:source/web/',
  DELIVERY_DOMAIN: 'cdn.example',
  HEIC: 'off',
  PART_ENTRIES: '100',
  COPIES_AT_A_TIME: '25',
  RESERVE_SECONDS: '20',
  BATCHED_UPDATES: 'on',
  MAX_RUNNING_JOBS: '25',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
};

const context = { getRemainingTimeInMillis: () => 300_000 } as Context;

/** Calls a function by the name of its folder. */
export type CallFunction = (name: string, event: unknown) => Promise<unknown>;

/** Changes the environment of the process until `vi.unstubAllEnvs`. */
export function shippedFunctions({ clients }: Pick<MemoryCloud, 'clients'>): CallFunction {
  for (const [name, value] of Object.entries({ ...cloudNames, ...settings })) vi.stubEnv(name, value);
  const mainClients = {
    documentClient: () => clients.documents,
    fastFailDocumentClient: () => clients.documents,
    s3Client: () => clients.s3,
    fastFailS3Client: () => clients.s3,
    sourceS3Client: () => clients.s3,
    eventsClient: () => clients.eventBridge,
  };
  vi.doMock('../../adapters/runtime/main-clients.ts', () => mainClients);
  vi.doMock('../../adapters/runtime/aws-clients.ts', () => ({
    ...mainClients,
    sqsClient: () => clients.sqs,
    sfnClient: () => clients.sfn,
    schedulerClient: () => clients.scheduler,
    sesClient: () => clients.ses,
    cloudFrontClient: () => clients.cloudFront,
    cognitoClient: () => clients.cognito,
  }));
  vi.doMock('../../adapters/runtime/serving-client.ts', () => ({ servingClient: () => clients.s3 }));
  return async (name, event) => {
    const { handler } = (await import(`../../functions/${name}/handler.ts`)) as {
      handler: (event: unknown, context: Context) => Promise<unknown>;
    };
    return handler(event, context);
  };
}
