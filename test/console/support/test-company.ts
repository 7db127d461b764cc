import { randomBytes } from 'node:crypto';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Client, createClient, type OperationResponse } from '@pressroom/client/create-client';
import type { UploadFile, UploadOptions } from '@pressroom/client/upload';
import { vi } from 'vitest';
import { type UsageStore, usageStore } from '../../../adapters/dynamodb/companies/usage-store.ts';
import { type ScheduleStore, scheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { isTerminal } from '../../../domain/jobs/job.ts';
import { addMember, type Directory, type Login, signIn } from '../../../local/sample-users.ts';
import type { ConsoleCloud } from './start-cloud-once.ts';

/** A company of a test file, with one login for each role. */
export interface TestCompany {
  readonly name: string;
  readonly login: (role: Role) => Login;
  /** The API, to prepare what a test needs; a story uses the console alone. */
  readonly as: (role: Role) => Client;
  /** Uploads files as the user, and waits until their job has ended. */
  upload(files: readonly UploadFile[], options?: UploadOptions): Promise<OperationResponse<'readJob'>>;
  /** Its records, to prepare what happens at night or at a certain time. A story does not use them. */
  readonly stores: {
    readonly schedules: ScheduleStore;
    readonly usage: UsageStore;
  };
  /** Waits until a job has ended. */
  untilEnded(jobId: string): Promise<OperationResponse<'readJob'>>;
  stop(): void;
}

const roles: readonly Role[] = ['admin', 'user', 'viewer'];

/** Makes a company that no other test has. */
export async function makeTestCompany(cloud: ConsoleCloud): Promise<TestCompany> {
  const { region, credentials } = cloud;
  const directory: Directory = {
    cognito: new CognitoIdentityProviderClient({ region, credentials, endpoint: cloud.cognito }),
    dynamodb: new DynamoDBClient({ region, credentials, endpoint: cloud.dynamodb }),
    userPoolId: cloud.userPoolId,
    clientId: cloud.clientId,
    jobTable: cloud.jobTable,
  };
  const documents = DynamoDBDocumentClient.from(directory.dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const name = `test-${randomBytes(4).toString('hex')}`;
  const logins = roles.map((role) => ({
    role,
    name: `${role}@${name}.test`,
    password: `Aa1!${randomBytes(9).toString('base64url')}`,
  }));
  const clients = new Map<Role, Client>();
  for (const login of logins) {
    await addMember(directory, name, login);
    const token = await signIn(directory, login);
    clients.set(
      login.role,
      createClient(cloud.api, () => token, { company: name }),
    );
  }
  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('There is no login for this role');
    return value;
  };
  const as = (role: Role) => found(clients.get(role));
  const untilEnded: TestCompany['untilEnded'] = (jobId) =>
    vi.waitFor(
      async () => {
        const job = await as('user').call('readJob', { params: { jobId } });
        if (!isTerminal(job.status)) throw new Error(`${job.name} is ${job.status}`);
        return job;
      },
      { timeout: 60_000, interval: 100 },
    );
  return {
    name,
    as,
    stores: {
      schedules: scheduleStore(documents, cloud.jobTable),
      usage: usageStore(documents, cloud.jobTable),
    },
    login: (role) => found(logins.find((login) => login.role === role)),
    async upload(files, options) {
      const { job } = await as('user').upload(files, options);
      return untilEnded(job.id);
    },
    untilEnded,
    stop() {
      directory.cognito.destroy();
      directory.dynamodb.destroy();
    },
  };
}
