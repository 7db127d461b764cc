import { describe, expect, it } from 'vitest';
import { memberKey, membershipKey } from '../../../../adapters/dynamodb/keys.ts';
import { handleRequest } from '../../../../adapters/http/handle-request.ts';
import { servedRoutes } from '../../../../functions/serve-api/handlers.ts';
import { httpEvent, identify, noAudit } from '../../../adapters/http/http-event.ts';
import { schedule } from '../api-records.ts';
import { ask, askAgain, cloud, dependenciesWith, findMember, reset } from '../ask.ts';

const invite = (body: unknown) => ({ method: 'POST', path: '/members', body });

describe('An invitation', () => {
  it('adds a person with their address and mails them', async () => {
    const { status, body } = await ask(
      'admin',
      invite({ email: ' Dora@Example.com ', role: 'user', name: 'Dora' }),
    );
    expect(status).toBe(201);
    expect(body).toEqual({
      subject: 'login-3',
      kind: 'person',
      role: 'user',
      name: 'Dora',
      email: 'dora@example.com',
      added: '2026-11-24T08:30:00.000Z',
      addedBy: 'admin',
      mailed: true,
    });
    expect(cloud.userPool.mails).toEqual([{ to: 'dora@example.com', kind: 'invitation' }]);
    const members = (await askAgain('viewer', { path: '/members' })).body.items;
    expect(members).toContainEqual(expect.objectContaining({ subject: 'login-3', role: 'user' }));
  });

  it('mails nothing to a person who has a login, also one of an external provider', async () => {
    await reset();
    cloud.userPool.add('login-native', 'dora@example.com');
    cloud.userPool.add('login-external', 'dora@example.com', 'EXTERNAL_PROVIDER');
    const { body } = await askAgain('admin', invite({ email: 'dora@example.com', role: 'user' }));
    expect(body).toMatchObject({ subject: 'login-external', mailed: false });
    expect(cloud.userPool.mails).toEqual([]);
  });

  it('can be repeated if the membership could not be written', async () => {
    await reset();
    const failing = { addMember: () => Promise.reject(new Error('down')) };
    expect(
      (await askAgain('admin', invite({ email: 'dora@example.com', role: 'user' }), failing)).status,
    ).toBe(500);
    const { status, body } = await askAgain('admin', invite({ email: 'dora@example.com', role: 'user' }));
    expect([status, body.subject, body.mailed]).toEqual([201, 'login-3', false]);
  });

  it.each([
    [{ email: 'bea@example.com', role: 'user' }, 409, 'member.exists'],
    [{ email: 'BEA@example.com', role: 'user' }, 409, 'member.exists'],
    [{ email: 'bea', role: 'user' }, 400, 'request.invalid'],
    [{ email: 'a"b@example.com', role: 'user' }, 400, 'request.invalid'],
    [{ email: 'dora@example.com', role: 'owner' }, 400, 'request.invalid'],
    [{ email: 'dora@example.com', role: 'user', name: 'two\nlines' }, 400, 'request.invalid'],
    [{ role: 'user' }, 400, 'request.invalid'],
  ])('of %j is refused with %i %s', async (body, status, code) => {
    expect((await ask('admin', invite(body))).body).toMatchObject({ status, code });
    expect(cloud.userPool.mails).toEqual([]);
  });

  it('is refused beyond 1,000 members and beyond 30 in a minute', async () => {
    const full = {
      listMembers: async () => Array.from({ length: 1_000 }, () => ({ subject: 'x' }) as never),
    };
    expect((await ask('admin', invite({ email: 'dora@example.com', role: 'user' }), full)).body.detail).toBe(
      'email: a company has at most 1000 members; remove one first',
    );
    const limited = { countCall: async () => 12 };
    expect((await ask('admin', invite({ email: 'dora@example.com', role: 'user' }), limited)).status).toBe(
      429,
    );
  });

  it.each([
    ['CodeDeliveryFailureException', 503, 'login.mail-not-sent'],
    ['LimitExceededException', 503, 'login.mail-not-sent'],
    ['TooManyRequestsException', 503, 'storage.busy'],
  ])('that ends in %s of the user pool gets %i %s', async (name, status, code) => {
    await reset();
    cloud.hook.onCall = async ({ service, command }, next) => {
      if (service === 'cognito' && command === 'AdminCreateUser')
        throw Object.assign(new Error('no'), { name });
      return next();
    };
    const { body } = await askAgain('admin', invite({ email: 'dora@example.com', role: 'user' }));
    cloud.hook.onCall = undefined;
    expect(body).toMatchObject({ status, code });
  });
});

describe('A member', () => {
  it('is shown with the state of the login', async () => {
    expect((await ask('admin', { path: '/members/bea' })).body).toMatchObject({
      name: 'bea',
      login: 'invited',
    });
    expect((await ask('admin', { path: '/members/cleo' })).body).toMatchObject({ login: 'active' });
    expect((await ask('admin', { path: '/members/viewer' })).body).not.toHaveProperty('login');
    expect((await ask('admin', { path: '/members/nobody' })).body).toMatchObject({
      code: 'member.not-found',
    });
  });

  it('has another role and another name after the change', async () => {
    const edit = { method: 'PATCH', path: '/members/bea', body: { role: 'viewer', name: 'Bea B' } };
    expect((await ask('admin', edit)).body).toMatchObject({ role: 'viewer', name: 'Bea B' });
    expect((await askAgain('admin', { ...edit, body: {} })).status).toBe(400);
    expect((await askAgain('admin', { ...edit, path: '/members/nobody' })).status).toBe(404);
  });

  it('stays an admin if there is no other', async () => {
    const edit = { method: 'PATCH', path: '/members/admin', body: { role: 'user' } };
    expect((await ask('admin', edit)).body).toMatchObject({ status: 409, code: 'member.last-admin' });
    expect((await askAgain('admin', { method: 'DELETE', path: '/members/admin' })).body).toMatchObject({
      code: 'member.last-admin',
    });
  });

  it('is removed, and a named successor has the schedules', async () => {
    const { body } = await ask('admin', { method: 'DELETE', path: '/members/user', query: 'successor=bea' });
    expect(body).toMatchObject({ successor: 'bea', schedules: [schedule.id] });
    expect(cloud.company('luma').schedules.get(schedule.id)?.submittedBy).toBe('bea');
    expect((await askAgain('admin', { path: '/members/user' })).status).toBe(404);
  });

  it('who has signed in gets no second invitation, and one who has not gets no code', async () => {
    const post = (path: string) => ({ method: 'POST', path });
    expect((await ask('admin', post('/members/cleo/invitation'))).body).toMatchObject({
      code: 'login.refused',
    });
    expect((await ask('admin', post('/members/bea/password-reset'))).body).toMatchObject({
      code: 'login.refused',
    });
    expect((await ask('admin', post('/members/viewer/mfa-reset'))).body).toMatchObject({
      code: 'login.not-found',
    });
    expect(cloud.userPool.mails).toEqual([]);
  });

  it('loses the authenticator app and all sessions, unless the login belongs to another company too', async () => {
    const request = { method: 'POST', path: '/members/cleo/mfa-reset' };
    await ask('admin', request);
    expect(cloud.userPool.logins.get('cleo')).toMatchObject({ mfa: false, signedOut: 1 });
    await reset();
    cloud.tables.jobs.put(membershipKey('cleo', 'other'));
    expect((await askAgain('admin', request)).body).toMatchObject({ status: 409, code: 'login.refused' });
    expect(cloud.userPool.logins.get('cleo')).toMatchObject({ mfa: true, signedOut: 0 });
  });
});

describe('GET /v1/me', () => {
  const readMe = async (claims: Record<string, string> | undefined, query = '') => {
    const event = httpEvent({ path: '/v1/me', query, ...(claims && { claims }) });
    const response = await handleRequest(event, servedRoutes(dependenciesWith({})), {
      findMember,
      identify,
      audit: noAudit,
      log: { error: () => {}, info: () => {} },
    });
    return { status: response.statusCode, body: JSON.parse(response.body ?? 'null') as unknown };
  };

  it('has the companies of the caller with their roles, and the stored name and address', async () => {
    await reset();
    cloud.tables.jobs.put({ ...memberKey('other', 'bea'), role: 'admin' });
    cloud.tables.jobs.put(membershipKey('bea', 'other'));
    expect(await readMe({ sub: 'bea', username: 'bea' })).toEqual({
      status: 200,
      body: {
        subject: 'bea',
        name: 'bea',
        email: 'bea@example.com',
        companies: [
          { company: 'luma', role: 'user', kind: 'person' },
          { company: 'other', role: 'admin', kind: 'person' },
        ],
      },
    });
  });

  it('is for everybody who is signed in, and for nobody else', async () => {
    await reset();
    expect(await readMe({ sub: 'new', email: 'new@example.com' })).toEqual({
      status: 200,
      body: { subject: 'new', email: 'new@example.com', companies: [] },
    });
    expect((await readMe(undefined)).status).toBe(401);
    expect((await readMe({ sub: 'new' }, 'company=luma')).status).toBe(400);
  });
});
