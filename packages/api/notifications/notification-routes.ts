import * as z from 'zod';
import {
  emailCompletions,
  emailScopes,
  emailTypes,
  noEmail,
} from '../../../domain/notifications/email-preferences.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, noBody, noQuery, time } from '../values.ts';

/** How a company has its jobs told of: what signs its notifications, a test of them, mail, and trigger URLs. */

const secretId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the 26 characters of the id of a secret')
  .meta({ description: 'Id of the secret', example: '01JDEZ3T5V0A1B2C3D4E5F6G7H' });

const secretResponse = z
  .strictObject({
    id: z.string(),
    created: time,
    validUntil: time.optional().meta({ description: 'Missing for the newest' }),
  })
  .meta({ id: 'WebhookSecret' });

const preferences = {
  completion: z.enum(emailCompletions, `must be one of ${emailCompletions.join(', ')}`).meta({
    description: '`all`: jobs that end. `problems`: those that end with warnings or errors. `off`: none',
  }),
  scope: z
    .enum(emailScopes, `must be one of ${emailScopes.join(', ')}`)
    .meta({ description: "Only the caller's own jobs, or all of the company" }),
  types: z
    .array(z.enum(emailTypes, `must be one of ${emailTypes.join(', ')}`))
    .min(1, 'must name at least one type')
    .refine((list) => new Set(list).size === list.length, 'must not name a type twice')
    .meta({ description: 'Of jobs' }),
};

const preferencesResponse = z
  .strictObject({
    ...preferences,
    types: z.array(z.enum(emailTypes)).readonly(),
    email: z.string().optional().meta({ description: 'Where mail goes; taken from the token of the caller' }),
    available: z.boolean().meta({ description: 'Whether this installation sends mail at all' }),
  })
  .meta({ id: 'EmailPreferences' });

export const notificationRoutes = {
  listWebhookSecrets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/notifications/secrets',
    operationId: 'listWebhookSecrets',
    summary: 'List the secrets that notifications are signed with, the newest first; not what they are',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'The valid ones',
      schema: z.strictObject({ items: z.array(secretResponse) }),
    },
    failures: [],
  }),

  makeWebhookSecret: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/notifications/secrets',
    operationId: 'makeWebhookSecret',
    summary: 'Make a new secret. The one before it stays valid for 24 hours',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: noBody,
    response: {
      status: 201,
      description: 'The secret. It is shown this once',
      schema: z
        .strictObject({
          id: z.string(),
          created: time,
          secret: z.string().meta({ description: '`whsec_` and Base64, as libraries take it' }),
        })
        .meta({ id: 'NewWebhookSecret' }),
    },
    failures: ['storage.busy'],
  }),

  endWebhookSecret: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/notifications/secrets/{id}',
    operationId: 'endWebhookSecret',
    summary: 'End an older secret before its 24 hours are over',
    role: 'admin',
    params: z.strictObject({ company, id: secretId }),
    query: noQuery,
    response: { status: 200, description: 'The secret that has ended', schema: secretResponse },
    failures: ['notification.secret-not-found', 'notification.secret-needed', 'storage.busy'],
  }),

  testNotification: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/notifications:test',
    operationId: 'testNotification',
    summary: 'Send a signed test notification now and tell what came of it',
    role: 'user',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        url: z
          .string('must be a text')
          .min(1, 'must not be empty')
          .meta({ description: 'Where to send it; public addresses only' }),
      })
      .meta({ id: 'TestNotification', example: { url: 'https://hooks.example.com/pressroom' } }),
    response: {
      status: 200,
      description: 'What came of it',
      schema: z
        .strictObject({
          received: z.boolean().meta({ description: 'It was answered with a status from 200 to 299' }),
          status: z.int().optional().meta({ description: 'HTTP status of the answer' }),
          reason: z.string().optional().meta({ description: 'Why it was not received' }),
          milliseconds: z.int().min(0),
        })
        .meta({ id: 'TestResult' }),
    },
    failures: ['request.rate-limited'],
  }),

  readEmailPreferences: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/me/email-preferences',
    operationId: 'readEmailPreferences',
    summary: 'Read which jobs the caller is mailed about, beside what single jobs ask for',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: { status: 200, description: 'The preferences', schema: preferencesResponse },
    failures: [],
  }),

  writeEmailPreferences: defineRoute({
    method: 'PUT',
    path: '/v1/companies/{company}/me/email-preferences',
    operationId: 'writeEmailPreferences',
    summary: 'Choose which jobs the caller is mailed about. Mail goes to the address in the token',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({
        completion: preferences.completion,
        scope: preferences.scope.default(noEmail.scope),
        types: preferences.types.default([...noEmail.types]),
      })
      .meta({
        id: 'EmailPreferencesEdit',
        example: { completion: 'problems', scope: 'company', types: ['publish'] },
      }),
    response: { status: 200, description: 'The preferences as they are now', schema: preferencesResponse },
    failures: [],
  }),
};
