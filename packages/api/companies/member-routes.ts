import * as z from 'zod';
import { memberKinds } from '../../../domain/companies/member.ts';
import { roles } from '../../../domain/companies/role.ts';
import { defineRoute } from '../route.ts';
import { company, companyParams, noBody, noQuery, time, withoutControls } from '../values.ts';

/** Members of a company: people, machines and trust rules, each with one role. */

const subject = z
  .string()
  .min(1, 'must not be empty')
  .max(128, 'must have at most 128 characters')
  .regex(/^[\x21-\x7e]+$/, 'must have visible ASCII characters only')
  .meta({ description: 'Subject of the member', example: '5f0c3a52-40a1-70b4-8a3c-2f6c7d5b1e90' });

export const role = z.enum(roles, `must be one of ${roles.join(', ')}`);

export const memberName = z
  .string('must be a text')
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .refine(...withoutControls)
  .meta({ description: 'The name that other members see', example: 'Ann Example' });

const email = z
  .string('must be a text')
  .trim()
  .max(254, 'must have at most 254 characters')
  .pipe(z.email('must be an e-mail address, such as ann@example.com'))
  .meta({ description: 'Address for the invitation and for mail', example: 'ann@example.com' });

export const memberFields = {
  subject: z.string(),
  kind: z.enum(memberKinds),
  role: z.enum(roles),
  name: z.string().optional(),
  email: z.string().optional(),
  added: time.optional().meta({ description: 'Missing for members that were added by hand' }),
  addedBy: z.string().optional().meta({ description: 'Subject of the admin, or `operator`' }),
};

const memberResponse = z.strictObject(memberFields).meta({ id: 'Member' });

export const memberParams = z.strictObject({ company, subject });

const mailed = z.strictObject({ mailed: z.boolean() });

export const memberRoutes = {
  listMembers: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/members',
    operationId: 'listMembers',
    summary: 'List all members of the company with their roles',
    role: 'viewer',
    params: companyParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'All members, at most 1,000',
      schema: z.strictObject({ items: z.array(memberResponse) }).meta({ id: 'Members' }),
    },
    failures: [],
  }),

  inviteMember: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/members',
    operationId: 'inviteMember',
    summary: 'Add a person to the company. A person without a login gets an invitation by mail',
    role: 'admin',
    params: companyParams,
    query: noQuery,
    body: z
      .strictObject({ email, role, name: memberName.optional() })
      .meta({ id: 'Invitation', example: { email: 'ann@example.com', role: 'user', name: 'Ann Example' } }),
    response: {
      status: 201,
      description: 'The new member',
      schema: z
        .strictObject({
          ...memberFields,
          mailed: z.boolean().meta({
            description: 'Whether an invitation was mailed. False for a person who has a login already',
          }),
        })
        .meta({ id: 'InvitedMember' }),
    },
    failures: ['member.exists', 'login.mail-not-sent', 'request.rate-limited', 'storage.busy'],
    audit: { kind: 'members', result: 'subject' },
  }),

  readMember: defineRoute({
    method: 'GET',
    path: '/v1/companies/{company}/members/{subject}',
    operationId: 'readMember',
    summary: 'Read a member, and the state of the login',
    role: 'admin',
    params: memberParams,
    query: noQuery,
    response: {
      status: 200,
      description: 'The member',
      schema: z
        .strictObject({
          ...memberFields,
          login: z.enum(['invited', 'active', 'password-reset', 'external', 'disabled']).optional().meta({
            description:
              '`invited`: no password was chosen yet. `external`: signs in by an external provider. Missing for machines, trust rules, and people whose login was deleted',
          }),
        })
        .meta({ id: 'MemberWithLogin' }),
    },
    failures: ['member.not-found', 'storage.busy'],
  }),

  editMember: defineRoute({
    method: 'PATCH',
    path: '/v1/companies/{company}/members/{subject}',
    operationId: 'editMember',
    summary: 'Change the role or the name of a member. Both apply from the next request on',
    role: 'admin',
    params: memberParams,
    query: noQuery,
    body: z
      .strictObject({ role: role.optional(), name: memberName.optional() })
      .refine(
        (edit) => Object.values(edit).some((value) => value !== undefined),
        'must name the role or the name',
      )
      .meta({ id: 'MemberEdit', example: { role: 'viewer' } }),
    response: { status: 200, description: 'The member as it is now', schema: memberResponse },
    failures: ['member.not-found', 'member.last-admin', 'member.changed-meanwhile'],
    audit: { kind: 'members', subject: { in: 'params', name: 'subject' } },
  }),

  removeMember: defineRoute({
    method: 'DELETE',
    path: '/v1/companies/{company}/members/{subject}',
    operationId: 'removeMember',
    summary: 'Remove a member. Schedules and unfinished jobs go to another member',
    role: 'admin',
    params: memberParams,
    query: z.strictObject({
      successor: subject.optional().meta({
        description:
          'Subject of the member who gets the schedules and unfinished jobs. Default: the caller, or the first other admin if the caller leaves',
      }),
    }),
    response: {
      status: 200,
      description: 'The member is removed, and the next request with their token is refused',
      schema: z
        .strictObject({
          successor: z.string(),
          schedules: z.array(z.string()).meta({ description: 'Ids of the schedules that the successor got' }),
          jobs: z
            .array(z.string())
            .meta({ description: 'Ids of the unfinished jobs that the successor got' }),
        })
        .meta({ id: 'RemovedMember' }),
    },
    failures: ['member.not-found', 'member.last-admin', 'member.changed-meanwhile'],
    audit: { kind: 'members', subject: { in: 'params', name: 'subject' } },
  }),

  resendInvitation: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/members/{subject}/invitation',
    operationId: 'resendInvitation',
    summary: 'Mail the invitation of a member once more, with a new temporary password',
    role: 'admin',
    params: memberParams,
    query: noQuery,
    body: noBody,
    response: { status: 200, description: 'The invitation was mailed', schema: mailed },
    failures: [
      'member.not-found',
      'login.not-found',
      'login.refused',
      'login.mail-not-sent',
      'request.rate-limited',
      'storage.busy',
    ],
    audit: { kind: 'members', subject: { in: 'params', name: 'subject' } },
  }),

  resetPassword: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/members/{subject}/password-reset',
    operationId: 'resetPassword',
    summary: 'End the password of a member, and mail a code for a new one',
    role: 'admin',
    params: memberParams,
    query: noQuery,
    body: noBody,
    response: { status: 200, description: 'The code was mailed', schema: mailed },
    failures: [
      'member.not-found',
      'login.not-found',
      'login.refused',
      'login.mail-not-sent',
      'request.rate-limited',
      'storage.busy',
    ],
    audit: { kind: 'members', subject: { in: 'params', name: 'subject' } },
  }),

  resetMfa: defineRoute({
    method: 'POST',
    path: '/v1/companies/{company}/members/{subject}/mfa-reset',
    operationId: 'resetMfa',
    summary: 'Remove the authenticator app of a member who lost the device, and end all sessions',
    role: 'admin',
    params: memberParams,
    query: noQuery,
    body: noBody,
    response: {
      status: 200,
      description: 'The next sign-in needs the password only, or sets up a new app where MFA is required',
      schema: z.strictObject({ reset: z.literal(true) }),
    },
    failures: [
      'member.not-found',
      'login.not-found',
      'login.refused',
      'request.rate-limited',
      'storage.busy',
    ],
    audit: { kind: 'members', subject: { in: 'params', name: 'subject' } },
  }),
};
