import * as z from 'zod';
import { apiScope } from '../../../domain/companies/api-scope.ts';
import { maxTrustRules } from '../../../domain/companies/trust-rule.ts';
import { definePublicRoute, defineRoute } from '../route.ts';
import { company, companyParams, noQuery } from '../values.ts';
import { memberFields, memberName, memberParams, role } from './member-routes.ts';

/** Members that are no people: machines with credentials of their own, and rules that trust the tokens of other issuers. */

const secret = z.string().meta({ description: 'Only this response contains it' });

const issuer = z
  .string('must be a text')
  .max(500, 'must have at most 500 characters')
  .regex(
    /^https?:\/\/[^\s?#]+$/,
    'must be the address of the issuer, such as https://token.actions.githubusercontent.com',
  )
  .meta({
    description: 'The `iss` of the tokens, exactly as the issuer writes it',
    example: 'https://token.actions.githubusercontent.com',
  });

const audience = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(500, 'must have at most 500 characters')
  .regex(/^[\x21-\x7e]+$/, 'must have visible ASCII characters only')
  .meta({ description: 'One of the values of `aud`', example: 'pressroom' });

const subjectPattern = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(500, 'must have at most 500 characters')
  .regex(/^[\x20-\x7e]+$/, 'must have printable ASCII characters only')
  .meta({
    description:
      'Pattern of `sub`: `*` stands for any characters. Shared issuers need an owner before the first `*`',
    example: 'repo:example/website:ref:refs/heads/main',
  });

const trustRuleResponse = z
  .strictObject({ ...memberFields, issuer: z.string(), audience: z.string(), subjectPattern: z.string() })
  .meta({ id: 'TrustRule' });

export const machineRoutes = {
  createMachine: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/machines',
    operationId: 'createMachine',
    summary: 'Add a machine: a member that gets tokens with an id and a secret (OAuth client credentials)',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({ name: memberName, role })
      .meta({ id: 'NewMachine', example: { name: 'Shop import', role: 'user' } }),
    response: {
      status: 201,
      description: 'The machine with its credentials. Its subject is the client id',
      schema: z
        .strictObject({
          ...memberFields,
          secret,
          tokenUrl: z.string().meta({ description: 'Where the machine gets tokens' }),
          scope: z.literal(apiScope.full),
        })
        .meta({ id: 'MachineCredentials' }),
    },
    failures: ['request.rate-limited', 'storage.busy'],
    audit: { kind: 'members', result: 'subject' },
  }),

  rotateMachineSecret: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/machines/{subject}/secret',
    operationId: 'rotateMachineSecret',
    summary:
      'Make a new secret of a machine. The previous one stays valid until the next rotation, unless it is ended',
    role: 'admin',
    params: memberParams,
    query: noQuery,
    body: z
      .strictObject({
        endPrevious: z
          .boolean('must be true or false')
          .default(false)
          .meta({ description: 'End the previous secret now, for example because it leaked' }),
      })
      .prefault({})
      .meta({ id: 'SecretRotation', example: { endPrevious: true } }),
    response: {
      status: 200,
      description: 'The new secret',
      schema: z.strictObject({ subject: z.string(), secret }),
    },
    failures: ['member.not-found', 'login.refused', 'request.rate-limited', 'storage.busy'],
    audit: { kind: 'secrets', subject: { in: 'params', name: 'subject' } },
  }),

  listTrustRules: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/trust-rules',
    operationId: 'listTrustRules',
    summary: 'List the rules that accept tokens of other issuers',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: `All rules, at most ${maxTrustRules}`,
      schema: z.strictObject({ items: z.array(trustRuleResponse) }),
    },
    failures: [],
  }),

  createTrustRule: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/trust-rules',
    operationId: 'createTrustRule',
    summary: 'Accept tokens of another issuer, such as a CI system, with a role. Its keys are read now',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z.strictObject({ name: memberName, role, issuer, audience, subjectPattern }).meta({
      id: 'NewTrustRule',
      example: {
        name: 'Website pipeline',
        role: 'user',
        issuer: 'https://token.actions.githubusercontent.com',
        audience: 'pressroom',
        subjectPattern: 'repo:example/website:ref:refs/heads/main',
      },
    }),
    response: { status: 201, description: 'The rule', schema: trustRuleResponse },
    failures: ['access.issuer-unavailable', 'request.rate-limited'],
    audit: { kind: 'members', result: 'subject' },
  }),
};

export const publicTokenRoutes = {
  exchangeToken: definePublicRoute({
    method: 'POST',
    path: '/v1/companies/{company}/token',
    operationId: 'exchangeToken',
    summary: 'Get an access token for a token of an issuer that the company trusts',
    publicBecause:
      'CI systems call it with a token of their own issuer: serve-api checks that against the trust rules.',
    description:
      'Needs no token of this installation. The access token is valid for an hour and has the role of the trust rule, which is read with every request.',
    params: z.strictObject({ company }),
    body: z.strictObject({
      token: z
        .string('must be a text')
        .min(1, 'must not be empty')
        .max(16_384, 'must have at most 16384 characters')
        .meta({ description: 'The JSON Web Token of the other issuer' }),
    }),
    response: {
      status: 200,
      description: 'The access token, as RFC 6750 uses it',
      schema: z
        .strictObject({
          accessToken: z.string(),
          tokenType: z.literal('Bearer'),
          expiresIn: z.int().meta({ description: 'Seconds' }),
          subject: z.string().meta({ description: 'Subject of the trust rule' }),
          role,
        })
        .meta({ id: 'AccessToken' }),
    },
    failures: [
      'request.invalid',
      'request.not-json',
      'request.too-large',
      'request.unsupported-media-type',
      'access.token-refused',
      'access.issuer-unavailable',
      'system.fault',
    ],
  }),
};
