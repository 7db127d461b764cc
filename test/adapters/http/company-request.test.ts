import { defineRoute } from '@pressroom/api/route';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { companyRequest, maxBodyBytes } from '../../../adapters/http/company-request.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { httpEvent, identify, type TestRequest } from './http-event.ts';

const route = defineRoute({
  method: 'POST',
  path: '/v1/companies/{company}/things',
  operationId: 'makeThing',
  summary: 'Make a thing',
  role: 'user',
  params: z.strictObject({ company: z.string() }),
  query: z.strictObject({
    limit: z.coerce.number('must be a number').max(10, 'must be at most 10').default(5),
  }),
  body: z
    .strictObject({ name: z.string('must be text').max(3, 'must have at most 3 characters') })
    .optional(),
  response: { status: 201, description: 'A thing', schema: z.unknown() },
  failures: [],
});
const { body: _, ...bodiless } = route;

const ask = (
  request: Partial<TestRequest>,
  company = 'luma',
  role: Role | undefined = 'user',
  asked = route,
  stored: { name?: string; email?: string } = {},
) =>
  companyRequest(
    httpEvent({
      method: 'POST',
      path: `/v1/companies/${company}/things`,
      claims: { sub: 'ann' },
      ...request,
    }),
    asked,
    { company },
    {
      identify,
      findMember: async (of, subject) =>
        of === 'luma' && subject === 'ann' && role !== undefined ? { role, ...stored } : undefined,
    },
  );

describe('a request to a company', () => {
  it('of a member is handed on checked', async () => {
    expect(await ask({ body: { name: 'cup' }, query: 'limit=7' })).toEqual({
      company: 'luma',
      user: { subject: 'ann', name: 'ann', role: 'user' },
      params: { company: 'luma' },
      query: { limit: 7 },
      body: { name: 'cup' },
    });
  });

  it.each([
    [{ sub: 'ann', email: 'ann@example.com', username: 'x' }, 'ann@example.com'],
    [{ sub: 'ann', 'cognito:username': 'annie' }, 'annie'],
    [{ sub: 'ann', username: 'annie' }, 'annie'],
    [{ sub: 'ann', name: 'Ann' }, 'Ann'],
  ])('names its user by the claims %j', async (claims, name) => {
    expect((await ask({ claims })).user.name).toBe(name);
  });

  it.each([
    [{ email: 'ann@example.com' }, 'ann@example.com'],
    [{ email: 'ann@example.com', email_verified: 'true' }, 'ann@example.com'],
    [{ email: 'ann@example.com', email_verified: 'false' }, undefined],
    [{ email: 'ann' }, undefined],
    [{}, undefined],
  ])('knows the address of its user by the claims %j', async (claims, email) => {
    expect((await ask({ claims: { sub: 'ann', ...claims } })).user.email).toBe(email);
  });

  it.each([
    [{ username: '5f0c' }, { name: 'Ann', email: 'ann@example.com' }, 'Ann', 'ann@example.com'],
    [{ username: '5f0c' }, { email: 'ann@example.com' }, 'ann@example.com', 'ann@example.com'],
    [{ email: 'new@example.com' }, { name: 'Ann', email: 'ann@example.com' }, 'Ann', 'new@example.com'],
    [{ username: '5f0c' }, {}, '5f0c', undefined],
  ])(
    'of an access token (%j) has the name and the address of the membership %j',
    async (claims, stored, name, email) => {
      const { user } = await ask({ claims: { sub: 'ann', ...claims } }, 'luma', 'user', route, stored);
      expect([user.name, user.email]).toEqual([name, email]);
    },
  );

  it.each([
    ['no token', { claims: undefined }, 'luma', 'user', 'access.not-signed-in'],
    ['a token without a subject', { claims: {} }, 'luma', 'user', 'access.not-signed-in'],
    ['not a member', {}, 'luma', undefined, 'company.not-found'],
    ['another company', {}, 'other', 'admin', 'company.not-found'],
    ['a company that cannot be', {}, 'a#b', 'admin', 'company.not-found'],
    ['too low a role', {}, 'luma', 'viewer', 'access.role-too-low'],
  ] as const)('is refused for %s', async (_, request, company, role, code) => {
    const asked = ask(request as Partial<TestRequest>, company, role ?? undefined);
    if (role === undefined) {
      const nobody = companyRequest(
        httpEvent({ path: '/', claims: { sub: 'ann' } }),
        route,
        { company },
        { identify, findMember: async () => undefined },
      );
      await expect(nobody).rejects.toMatchObject({ code });
      return;
    }
    await expect(asked).rejects.toMatchObject({ code });
  });

  it('does not even look up a company whose name cannot be one', async () => {
    const asked: string[] = [];
    await companyRequest(
      httpEvent({ path: '/', claims: { sub: 'ann' } }),
      route,
      { company: 'x'.repeat(3_000) },
      {
        identify,
        findMember: async (company) => {
          asked.push(company);
          return { role: 'admin' };
        },
      },
    ).catch(() => undefined);
    expect(asked).toEqual([]);
  });

  it('names the role that it takes', async () => {
    await expect(ask({}, 'luma', 'viewer')).rejects.toMatchObject({ facts: { requiredRole: 'user' } });
  });

  it.each([
    ['not JSON', { rawBody: '{"name":' }, 'request.not-json', ''],
    [
      'not UTF-8',
      { rawBody: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), base64: true },
      'request.not-json',
      '',
    ],
    ['no content type', { body: {}, headers: { 'content-type': '' } }, 'request.unsupported-media-type', ''],
    [
      'another content type',
      { body: {}, headers: { 'content-type': 'text/plain' } },
      'request.unsupported-media-type',
      'text/plain',
    ],
    ['too large', { rawBody: `"${'x'.repeat(maxBodyBytes)}"` }, 'request.too-large', String(maxBodyBytes)],
    [
      'an unknown field',
      { body: { name: 'cup', colour: 'red' } },
      'request.invalid',
      'colour: is not known here',
    ],
    ['no name', { body: {} }, 'request.invalid', 'name: must be text'],
    ['a list', { body: [] }, 'request.invalid', 'body: must be an object'],
    [
      'an unknown field of the prototype',
      { rawBody: '{"name":"cup","__proto__":1}' },
      'request.invalid',
      '__proto__: is not known',
    ],
    [
      'a wrong value',
      { body: { name: 'teapot' } },
      'request.invalid',
      'name: must have at most 3 characters',
    ],
    ['a wrong type', { body: { name: 3 } }, 'request.invalid', 'name: must be text'],
    ['a list for an object', { body: [] }, 'request.invalid', 'body: '],
    ['null', { body: null }, 'request.invalid', 'body: '],
    ['a wrong query', { query: 'limit=11' }, 'request.invalid', 'limit: must be at most 10'],
    ['not a number', { query: 'limit=x' }, 'request.invalid', 'limit: must be a number'],
    ['an unknown query', { query: 'offset=1' }, 'request.invalid', 'offset: is not known here'],
    [
      'an unknown query of the prototype',
      { query: '__proto__=1' },
      'request.invalid',
      '__proto__: is not known here',
    ],
    ['a query given twice', { query: 'limit=1&limit=2' }, 'request.invalid', 'limit: is given twice'],
  ] as const)('is refused for %s', async (_, request, code, text) => {
    await expect(ask(request)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });

  it('names every wrong value', async () => {
    await expect(ask({ body: { name: 'teapot', colour: 1 } })).rejects.toMatchObject({
      details: [
        { field: 'name', message: 'must have at most 3 characters' },
        { field: 'colour', message: 'is not known here' },
      ],
    });
  });

  it.each([
    [
      'with its charset',
      { body: { name: 'cup' }, headers: { 'content-type': 'Application/JSON; charset=utf-8' } },
      { name: 'cup' },
    ],
    [
      'in Base64',
      { rawBody: Buffer.from('{"name":"cup"}').toString('base64'), base64: true },
      { name: 'cup' },
    ],
    ['left out where it may be', {}, undefined],
  ])('may have its body %s', async (_, request, body) => {
    expect((await ask(request)).body).toEqual(body);
  });

  it.each([
    ['nothing', {}, true],
    ['an empty object', { body: {} }, true],
    ['something', { body: { name: 'cup' } }, false],
  ])('to a route that takes no body may send %s: %s', async (_, request, may) => {
    const asked = ask(request, 'luma', 'user', bodiless as typeof route);
    if (may) expect((await asked).body).toBeUndefined();
    else await expect(asked).rejects.toMatchObject({ code: 'request.invalid' });
  });
});
