import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ApiError } from '@pressroom/client/api-error';
import { type Client, createClient } from '@pressroom/client/create-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { adminDependencies } from '../../scripts/admin/connect.ts';
import { parseAdminCommand, runAdmin } from '../../scripts/admin/run-admin.ts';
import { type TestIssuer, testIssuer } from '../support/test-issuer.ts';
import { startTestCloud, type TestCloud } from './support/test-cloud.ts';

/** Companies and members on the local cloud: the command line, invitations, machines, and tokens of a CI system. */

const company = 'acme';
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
});
afterAll(() => test?.stop());

const admin = (text: string) => {
  const { cognito, dynamodb, userPoolId: userPool, jobTable } = test.directory;
  return runAdmin(
    parseAdminCommand(text.split(' ')),
    adminDependencies({ cognito, dynamodb, userPool, jobTable }),
  );
};

const clientWith = (token: string): Client => createClient(test.apiUrl, () => token, { company });

const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no refusal',
    (error: unknown) => (error instanceof ApiError ? `${error.status} ${error.code}` : Promise.reject(error)),
  );

/** The temporary password in the newest mail to an address. */
async function temporaryPassword(email: string): Promise<string> {
  const response = await fetch(`${test.cloud.ministackEndpoint}/_ministack/ses/messages`);
  const mails = JSON.stringify(await response.json());
  const password = new RegExp(`${email} and temporary password is ([^\\s"\\\\]+)\\."`).exec(mails)?.[1];
  if (password === undefined) throw new Error(`There is no invitation for ${email} in ${mails}`);
  return password;
}

/** The first sign-in of an invited person. @returns the access token, which holds no address */
async function signInFirst(email: string): Promise<string> {
  const { cognito, clientId } = test.directory;
  const { Session, ChallengeName } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: clientId,
      AuthParameters: { USERNAME: email, PASSWORD: await temporaryPassword(email) },
    }),
  );
  expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  const { AuthenticationResult } = await cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName,
      Session,
      ChallengeResponses: { USERNAME: email, NEW_PASSWORD: 'Quite-a-long-Password-1' },
    }),
  );
  return String(AuthenticationResult?.AccessToken);
}

describe('A company', { timeout: 120_000 }, () => {
  let ann: Client;
  let bea: Client;
  let beasSubject: string;

  it('begins with one command, whose admin signs in with the password of the mail', async () => {
    await admin(`create-company ${company} --email ann@acme.test --name Ann`);
    ann = clientWith(await signInFirst('ann@acme.test'));
    expect(await ann.call('readMe')).toMatchObject({
      name: 'Ann',
      email: 'ann@acme.test',
      companies: [{ company, role: 'admin', kind: 'person' }],
    });
    expect(await admin('list')).toContain(company);
  });

  it('gets a member by invitation, whose role changes with the next request', async () => {
    const { subject, mailed } = await ann.call('inviteMember', {
      body: { email: 'bea@acme.test', role: 'viewer' },
    });
    beasSubject = subject;
    expect(mailed).toBe(true);
    bea = clientWith(await signInFirst('bea@acme.test'));
    expect(await refusalOf(bea.call('createFolder', { body: { path: '/a/' } }))).toBe(
      '403 access.role-too-low',
    );
    await ann.call('editMember', { params: { subject }, body: { role: 'user' } });
    await bea.call('createFolder', { body: { path: '/a/' } });
    expect(await ann.call('readMember', { params: { subject } })).toMatchObject({
      role: 'user',
      login: 'active',
    });
  });

  it('keeps its admin, and locks a removed member out at once', async () => {
    const { subject } = await ann.call('readMe');
    expect(await refusalOf(ann.call('removeMember', { params: { subject } }))).toBe('409 member.last-admin');
    const schedule = await bea.call('createSchedule', { body: { rule: { repeat: 'daily', time: '04:10' } } });
    const removed = await ann.call('removeMember', { params: { subject: beasSubject } });
    expect(removed).toEqual({ successor: subject, schedules: [schedule.id], jobs: [] });
    expect(await refusalOf(bea.call('listFolders'))).toBe('404 company.not-found');
    expect((await bea.call('readMe')).companies).toEqual([]);
    const { items } = await ann.call('listSchedules', { query: { owner: 'mine' } });
    expect(items.map(({ id }) => id)).toEqual([schedule.id]);
  });

  it('has a machine that gets a token by client credentials and uploads', async () => {
    const { subject, secret, scope } = await ann.call('createMachine', {
      body: { name: 'Shop', role: 'user' },
    });
    const response = await fetch(`${test.cloud.ministackEndpoint}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${subject}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    const machine = clientWith(token);
    expect((await machine.call('readMe')).companies).toEqual([{ company, role: 'user', kind: 'machine' }]);
    const { job } = await machine.upload([{ name: 'cup.png', type: 'image/png', content: new Blob([png]) }]);
    await vi.waitFor(
      async () => {
        expect((await machine.call('readJob', { params: { jobId: job.id } })).status).toBe('succeeded');
      },
      { timeout: 60_000, interval: 200 },
    );
    expect((await ann.call('readAsset', { params: { id: 'cup' } })).createdBy).toBe(subject);
    expect(await refusalOf(machine.call('listTrustRules'))).toBe('403 access.role-too-low');
    await ann.call('removeMember', { params: { subject } });
    expect(await refusalOf(machine.call('listFolders'))).toBe('404 company.not-found');
  });

  describe('that trusts the issuer of a CI system', () => {
    let server: Server;
    let issuer: TestIssuer;
    const sub = 'project:website:ref:main';

    beforeAll(async () => {
      server = createServer((request, response) => {
        issuer.fetchJson(`${issuer.url}${request.url}`).then(
          (document) => response.end(JSON.stringify(document)),
          () => response.writeHead(404).end(),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      issuer = await testIssuer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      await ann.call('createTrustRule', {
        body: {
          name: 'Website',
          role: 'user',
          issuer: issuer.url,
          audience: 'pressroom',
          subjectPattern: 'project:website:*',
        },
      });
    });
    afterAll(() => server?.close());

    const exchange = async (token: string) => {
      const response = await fetch(`${test.apiUrl}/v1/companies/${company}/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, string> };
    };

    it('lets its jobs in without a secret', async () => {
      const { status, body } = await exchange(await issuer.sign({ sub }));
      expect([status, body.role]).toEqual([200, 'user']);
      const pipeline = clientWith(String(body.accessToken));
      const job = await pipeline.call('submitJob', { body: {} });
      expect(job.submittedBy).toBe(body.subject);
      expect(await refusalOf(pipeline.call('listTrustRules'))).toBe('403 access.role-too-low');
      expect(
        await refusalOf(
          createClient(test.apiUrl, () => String(body.accessToken), { company: 'brightside' }).call(
            'listFolders',
          ),
        ),
      ).toBe('404 company.not-found');
      await ann.call('removeMember', { params: { subject: String(body.subject) } }).catch(() => undefined);
      expect(await refusalOf(pipeline.call('listFolders'))).toBe('404 company.not-found');
      await ann.call('createTrustRule', {
        body: {
          name: 'Website',
          role: 'user',
          issuer: issuer.url,
          audience: 'pressroom',
          subjectPattern: 'project:website:*',
        },
      });
    });

    it.each([
      ['subject', () => issuer.sign({ sub: 'project:other:ref:main' })],
      ['audience', () => issuer.sign({ sub, aud: 'sts.amazonaws.com' })],
      ['time', () => issuer.sign({ sub }, { now: Date.now() - 3_600_000 })],
      ['issuer', () => issuer.sign({ sub, iss: 'https://evil.example.com' })],
      ['signature', async () => `${(await issuer.sign({ sub })).slice(0, -8)}AAAAAAAA`],
    ])('refuses a token with the wrong %s', async (_, make) => {
      const { status, body } = await exchange(await make());
      expect([status, body.code]).toEqual([401, 'access.token-refused']);
      expect(await refusalOf(clientWith(await make()).call('listFolders'))).toBe('401 access.not-signed-in');
    });
  });
});
