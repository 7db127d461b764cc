import { describe, expect, it } from 'vitest';
import { accessTokenStore } from '../../../../adapters/dynamodb/companies/access-token-store.ts';
import { memberStore } from '../../../../adapters/dynamodb/companies/member-store.ts';
import { handleRequest } from '../../../../adapters/http/handle-request.ts';
import { identifyCaller } from '../../../../application/companies/identify-caller.ts';
import { servedRoutes } from '../../../../functions/serve-api/handlers.ts';
import { httpEvent, noAudit } from '../../../adapters/http/http-event.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { ask, askAgain, cloud, dependenciesWith, issuer, reset, shipped } from '../ask.ts';

const { JOB_TABLE } = cloudNames;
const post = (path: string, body?: unknown) => ({
  method: 'POST',
  path,
  ...(body === undefined ? {} : { body }),
});
const secretsOf = (clientId: string) => [...(cloud.userPool.clients.get(clientId)?.secrets.values() ?? [])];

describe('A machine', () => {
  it('gets a client of its own, whose id is its subject, and its secret once', async () => {
    const { status, body } = await ask('admin', post('/machines', { name: 'Shop import', role: 'viewer' }));
    expect([status, body]).toEqual([
      201,
      {
        subject: 'machine-2',
        kind: 'machine',
        role: 'viewer',
        name: 'Shop import',
        added: '2026-11-24T08:30:00.000Z',
        addedBy: 'admin',
        secret: secretsOf('machine-2')[0],
        tokenUrl: 'https://login.example/oauth2/token',
        scope: 'pressroom/api',
      },
    ]);
    expect(cloud.userPool.clients.get('machine-2')?.name).toBe('machine luma Shop import');
    expect(JSON.stringify((await askAgain('admin', { path: '/members' })).body)).not.toContain('secret');
  });

  it('leaves no client behind if the membership cannot be written', async () => {
    const failing = { addMember: () => Promise.reject(new Error('down')) };
    expect((await ask('admin', post('/machines', { name: 'A', role: 'user' }), failing)).status).toBe(500);
    expect([...cloud.userPool.clients.keys()]).toEqual(['robot']);
  });

  it('keeps its previous secret valid until the next rotation, unless it is ended', async () => {
    await reset();
    const rotate = (body?: unknown) => askAgain('admin', post('/machines/robot/secret', body));
    const [first] = secretsOf('robot');
    const second = (await rotate()).body.secret;
    expect(secretsOf('robot')).toEqual([first, second]);
    const third = (await rotate()).body.secret;
    expect(secretsOf('robot')).toEqual([second, third]);
    const fourth = (await rotate({ endPrevious: true })).body.secret;
    expect(secretsOf('robot')).toEqual([fourth]);
    expect((await askAgain('admin', post('/machines/bea/secret'))).body).toMatchObject({
      code: 'member.not-found',
    });
  });

  it('loses its client when it is removed, and has no login', async () => {
    expect((await ask('admin', { path: '/members/robot' })).body).not.toHaveProperty('login');
    expect((await askAgain('admin', { method: 'DELETE', path: '/members/robot' })).status).toBe(200);
    expect(cloud.userPool.clients.size).toBe(0);
    expect((await askAgain('admin', { path: '/members/robot' })).status).toBe(404);
  });

  it('is one of at most 20', async () => {
    await reset();
    const machine = (index: number) =>
      ({ subject: `m${index}`, kind: 'machine', role: 'user', company: 'luma' }) as const;
    const full = { listMembers: async () => Array.from({ length: 20 }, (_, index) => machine(index)) };
    const { body } = await askAgain('admin', post('/machines', { name: 'A', role: 'user' }), full);
    expect(body.detail).toBe('name: a company has at most 20 members of the kind machine; remove one first');
  });
});

describe('A trust rule', () => {
  const rule = {
    name: 'Website',
    role: 'user',
    issuer: 'https://ci.example.com',
    audience: 'pressroom',
    subjectPattern: 'project:website:*',
  };

  it('is a member that the list of rules shows with its conditions', async () => {
    const { body } = await ask('admin', post('/trust-rules', rule));
    expect(body).toMatchObject({ subject: 'trust-01M86900X103YN7W5QY1DZ2VSR', kind: 'trust-rule', ...rule });
    expect((await askAgain('admin', { path: '/trust-rules' })).body.items).toHaveLength(2);
  });

  it.each([
    [{ subjectPattern: '*' }, 'subjectPattern: must have at least 4 characters before the first asterisk'],
    [
      { issuer: 'https://token.actions.githubusercontent.com', subjectPattern: 'repo:*' },
      'subjectPattern: must name an owner before the first asterisk',
    ],
    [{ issuer: 'ci.example.com' }, 'issuer: must be the address of the issuer'],
    [{ audience: 'two words' }, 'audience: must have visible ASCII characters only'],
    [{ role: 'owner' }, 'role: must be one of viewer, user, admin'],
    [{ issuer: 'https://other.example.com' }, 'The keys of https://other.example.com cannot be read.'],
  ])('with %j is refused', async (change, message) => {
    const { status, body } = await ask('admin', post('/trust-rules', { ...rule, ...change }));
    expect(status).toBeLessThan(500);
    expect(body.detail).toContain(message);
  });
});

describe('A token of a CI system', () => {
  const sub = 'project:website:main';
  const exchange = async (token: unknown, company = 'luma') => {
    const event = httpEvent({ method: 'POST', path: `/v1/companies/${company}/token`, body: { token } });
    const response = await handleRequest(
      event,
      servedRoutes(dependenciesWith({ randomBytes: () => new Uint8Array(32) })),
      {
        findMember: async () => undefined,
        audit: noAudit,
        identify: async () => ({}),
        log: { error: () => {}, info: () => {} },
      },
    );
    return {
      status: response.statusCode,
      body: JSON.parse(response.body ?? 'null') as Record<string, unknown>,
    };
  };
  const identify = (token: unknown, clock = Date.now) =>
    identifyCaller(String(token), {
      ...accessTokenStore(cloud.clients.documents, JOB_TABLE),
      verifyUserPoolToken: async () => ({ sub: 'pool' }),
      sha256: shipped.sha256,
      clock,
    });

  it('is exchanged for an access token of an hour with the role of the rule', async () => {
    await reset();
    const { status, body } = await exchange(await issuer.sign({ sub }));
    expect([status, body]).toEqual([
      200,
      {
        accessToken: expect.stringMatching(/^prt_[\w-]{43}$/),
        tokenType: 'Bearer',
        expiresIn: 3_600,
        subject: 'trust-1',
        role: 'user',
      },
    ]);
    expect(await identify(body.accessToken)).toEqual({ sub: 'trust-1' });
    const later = () => Date.now() + 3_600_000;
    await expect(identify(body.accessToken, later)).rejects.toMatchObject({ code: 'access.not-signed-in' });
    await expect(identify(`prt_${'x'.repeat(43)}`)).rejects.toMatchObject({ code: 'access.not-signed-in' });
    expect(await identify('eyJ.of.thepool')).toEqual({ sub: 'pool' });
    expect(JSON.stringify([...cloud.tables.jobs.all()])).not.toContain(String(body.accessToken));
  });

  it('opens nothing after the rule was removed', async () => {
    await reset();
    const { body } = await exchange(await issuer.sign({ sub }));
    await askAgain('admin', { method: 'DELETE', path: '/members/trust-1' });
    const { sub: subject } = await identify(body.accessToken);
    expect(
      await memberStore(cloud.clients.documents, JOB_TABLE).findRole('luma', String(subject)),
    ).toBeUndefined();
    expect((await exchange(await issuer.sign({ sub }))).status).toBe(401);
  });

  it.each([
    [
      'of another subject',
      () => issuer.sign({ sub: 'project:other:main' }),
      'no rule accepts the subject project:other:main',
    ],
    ['for another audience', () => issuer.sign({ sub, aud: 'other' }), 'with the audience other'],
    ['that has expired', () => issuer.sign({ sub }, { now: Date.now() - 3_600_000 }), 'it has expired'],
    [
      'of an issuer without a rule',
      () => issuer.sign({ sub, iss: 'https://evil.example.com' }),
      'has no rule for https://evil.example.com',
    ],
    ['that is none', async () => 'abc', 'it is not a JSON Web Token'],
  ])('%s is refused, and says why', async (_, make, message) => {
    await reset();
    const { status, body } = await exchange(await make());
    expect([status, body.code]).toEqual([401, 'access.token-refused']);
    expect(body.detail).toContain(message);
  });

  it('does not show whether a company exists', async () => {
    await reset();
    const token = await issuer.sign({ sub });
    const texts = await Promise.all(
      ['nobody', 'other'].map(async (name) => (await exchange(token, name)).body.detail),
    );
    expect(texts).toEqual(
      ['nobody', 'other'].map(
        (name) =>
          `The token is refused: the company ${name} does not exist or has no rule for https://ci.example.com`,
      ),
    );
    expect((await exchange(token, 'a%23b')).status).toBe(401);
    expect((await exchange(undefined)).status).toBe(400);
  });

  it('gets the highest role of the rules that accept it', async () => {
    await reset();
    await askAgain(
      'admin',
      post('/trust-rules', {
        name: 'Live',
        role: 'admin',
        issuer: issuer.url,
        audience: 'pressroom',
        subjectPattern: 'project:website:main',
      }),
    );
    expect((await exchange(await issuer.sign({ sub }))).body.role).toBe('admin');
    expect((await exchange(await issuer.sign({ sub: 'project:website:dev' }))).body.role).toBe('user');
  });
});
