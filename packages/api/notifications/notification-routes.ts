import * as z from 'zod';
import {
  emailCompletions,
  emailScopes,
  emailTypes,
  noEmail,
} from '../../../domain/notifications/email-preferences.ts';
import { deliveryStates } from '../../../domain/notifications/webhook-attempts.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, count, jobParams, noBody, noQuery, page, pageOf, time } from '../values.ts';

/** Notifications of a company: signing secrets, a test notification, and email preferences. */

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
    .meta({ description: "Only the caller's jobs, or all jobs of the company" }),
  types: z
    .array(z.enum(emailTypes, `must be one of ${emailTypes.join(', ')}`))
    .min(1, 'must name at least one type')
    .refine((list) => new Set(list).size === list.length, 'must not name a type twice')
    .meta({ description: 'Types of jobs' }),
};

const preferencesResponse = z
  .strictObject({
    ...preferences,
    types: z.array(z.enum(emailTypes)).readonly(),
    email: z.string().optional().meta({ description: 'Address for mail: the one of the membership' }),
    available: z.boolean().meta({ description: 'Whether this installation sends mail at all' }),
  })
  .meta({ id: 'EmailPreferences' });

const deliveryResponse = z
  .strictObject({
    jobId: z.string(),
    jobName: z.string(),
    user: z
      .string()
      .optional()
      .meta({ description: 'Subject of the owner of the job, who may send it again' }),
    submittedBy: z.string().optional().meta({ description: 'Subject of its submitter, who may do so, too' }),
    url: z
      .string()
      .meta({ description: 'The host, and `…` in place of the rest, which may contain a secret' }),
    state: z.enum(deliveryStates).meta({
      description:
        '`waiting`: there will be another attempt. `given-up`: there will be none. `ended`: the receiver responded with 410',
    }),
    attempts: count,
    last: time.meta({ description: 'Time of the last attempt' }),
    next: time.optional().meta({ description: 'Time of the next attempt' }),
    status: z.int().optional().meta({ description: 'HTTP status. Missing if there was no response' }),
    response: z.string().optional().meta({ description: 'Up to 300 characters of the response' }),
    reason: z.string().optional().meta({ description: 'Why the last attempt was not successful' }),
    milliseconds: z.int().min(0),
  })
  .meta({ id: 'Delivery' });

export const notificationRoutes = {
  listWebhookSecrets: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/notifications/secrets',
    operationId: 'listWebhookSecrets',
    summary: 'List the secrets that sign notifications, newest first, without their values',
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
    summary: 'Make a new secret. The previous one stays valid for 24 hours',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: noBody,
    response: {
      status: 201,
      description: 'The secret. Only this response contains it',
      schema: z
        .strictObject({
          id: z.string(),
          created: time,
          secret: z.string().meta({ description: '`whsec_` and Base64, as libraries take it' }),
        })
        .meta({ id: 'NewWebhookSecret' }),
    },
    failures: ['storage.busy'],
    audit: { kind: 'secrets', result: 'id' },
  }),

  endWebhookSecret: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/notifications/secrets/{id}',
    operationId: 'endWebhookSecret',
    summary: 'Revoke an older secret before its 24 hours are over',
    role: 'admin',
    params: z.strictObject({ company, id: secretId }),
    query: noQuery,
    response: { status: 200, description: 'The revoked secret', schema: secretResponse },
    failures: ['notification.secret-not-found', 'notification.secret-needed', 'storage.busy'],
    audit: { kind: 'secrets', subject: { in: 'params', name: 'id' } },
  }),

  listDeliveries: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/notifications/deliveries',
    operationId: 'listDeliveries',
    summary: 'List the HTTP notifications that were sent about jobs, with the last response of each receiver',
    role: 'user',
    params: companyParams,
    query: z.strictObject(page),
    response: {
      status: 200,
      description: 'A page of deliveries: one for each job, the job that was submitted last first',
      schema: pageOf(deliveryResponse),
    },
    failures: [],
  }),

  sendAgain: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/notifications/deliveries/{jobId}/send',
    operationId: 'sendAgain',
    summary: 'Send the HTTP notification about a job again, with the same `webhook-id`',
    role: 'user',
    rights: 'Users send notifications about their own jobs; admins about all.',
    params: jobParams,
    query: noQuery,
    body: noBody,
    response: {
      status: 202,
      description:
        'It is sent within seconds. The list of deliveries and the log of the job show the response',
      schema: z.strictObject({ asked: time }),
    },
    failures: ['job.not-found', 'notification.delivery-not-found', 'request.rate-limited'],
  }),

  testNotification: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/notifications:test',
    operationId: 'testNotification',
    summary: 'Send a signed test notification now and return the result',
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
      description: 'The result',
      schema: z
        .strictObject({
          received: z.boolean().meta({ description: 'Whether the response had a status from 200 to 299' }),
          status: z.int().optional().meta({ description: 'HTTP status of the response' }),
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
    summary: 'Read the email preferences of the caller. Single jobs may send further mail',
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
    summary: 'Change the email preferences of the caller. Mail goes to the address of the membership',
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
