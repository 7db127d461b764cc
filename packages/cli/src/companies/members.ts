import type { Outputs } from '../../contract/outputs.ts';
import { choice, defineCommand, flag, one, oneOf, text } from '../command.ts';
import { usageError } from '../errors/command-error.ts';
import { formatFields, formatTime } from '../output/format.ts';
import type { Paint } from '../output/paint.ts';
import { roles } from '../words.ts';
import { findMember } from './find-member.ts';

const memberArgument = one('E-mail address, name or subject of the member');

const memberLines = (member: Outputs['members show'], paint: Paint): string[] =>
  formatFields(
    [
      ['Name', member.name],
      ['E-mail', member.email],
      ['Role', member.role],
      ['Kind', member.kind],
      ['Login', member.login],
      ['Subject', member.subject],
      ['Added', member.added && `${formatTime(member.added)} by ${member.addedBy ?? 'somebody'}`],
    ],
    paint,
  );

export const listMembers = defineCommand({
  path: 'members ls',
  feature: 'companies',
  summary: 'List the members of the company: people, machines and trust rules',
  args: {},
  options: {},
  examples: [{ command: 'members ls', does: 'lists members with their roles' }],
  show: {
    columns: [
      { title: 'ROLE', cell: ({ role }) => role },
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'NAME', cell: ({ name }, paint) => paint('bold', name ?? '') },
      { title: 'E-MAIL', cell: ({ email }) => email ?? '' },
      { title: 'SUBJECT', cell: ({ subject }) => subject },
    ],
    none: 'There is no member.',
  },
  async *run({ client, signal }) {
    yield* (await client.call('listMembers', { signal })).items;
    return 0;
  },
});

export const showMember = defineCommand({
  path: 'members show',
  feature: 'companies',
  summary: 'Show a member, and the state of the login',
  args: { member: memberArgument },
  options: {},
  examples: [{ command: 'members show ann@example.com', does: 'shows a member' }],
  show: { lines: memberLines },
  async *run(context, { member }) {
    const { subject } = await findMember(context, member);
    yield await context.client.call('readMember', { params: { subject }, signal: context.signal });
    return 0;
  },
});

export const inviteMember = defineCommand({
  path: 'members invite',
  feature: 'companies',
  summary: 'Add a person. A person without a login gets an invitation by mail',
  args: { email: one('E-mail address') },
  options: {
    role: choice(roles, 'role of the person; viewer unless given'),
    name: text('<name>', 'name that others see'),
  },
  examples: [
    { command: 'members invite bea@example.com --role user --name "Bea Example"', does: 'invites a person' },
  ],
  show: {
    lines: ({ email, role, mailed }, paint) => [
      `${paint('green', '✓')} ${email} is ${role}.`,
      mailed
        ? 'An invitation with a temporary password was mailed.'
        : 'The person has a login already, so nothing was mailed.',
    ],
  },
  async *run({ client, signal }, { email, role = 'viewer', name }) {
    const body = { email, role, ...(name === undefined ? {} : { name }) };
    yield await client.call('inviteMember', { body, signal });
    return 0;
  },
});

export const changeRole = defineCommand({
  path: 'members role',
  feature: 'companies',
  summary: 'Change the role of a member',
  args: { member: memberArgument, role: oneOf(roles, 'New role') },
  options: {},
  examples: [{ command: 'members role bea@example.com admin', does: 'makes a member an admin' }],
  show: { lines: memberLines },
  async *run(context, { member, role }) {
    const { subject } = await findMember(context, member);
    yield await context.client.call('editMember', {
      params: { subject },
      body: { role },
      signal: context.signal,
    });
    return 0;
  },
});

export const removeMember = defineCommand({
  path: 'members remove',
  feature: 'companies',
  summary: 'Remove a member. Schedules and unfinished jobs go to another member',
  args: { member: memberArgument },
  options: { successor: text('<member>', 'who gets them; you unless given'), yes: flag('do not ask') },
  examples: [
    {
      command: 'members remove bea@example.com --successor ann@example.com',
      does: 'asks, and removes a member',
    },
  ],
  show: {
    lines: ({ removed, successor, schedules, jobs }) => [
      `${removed} is removed. ${successor} has ${schedules.length} schedules and ${jobs.length} unfinished jobs now.`,
    ],
  },
  async *run(context, { member, successor, yes }) {
    const { client, signal, confirm } = context;
    const { subject } = await findMember(context, member);
    const next = successor === undefined ? {} : { successor: (await findMember(context, successor)).subject };
    await confirm(`Remove ${member}?`, yes);
    const result = await client.call('removeMember', { params: { subject }, query: next, signal });
    yield { removed: member, ...result };
    return 0;
  },
});

export const resendInvitation = defineCommand({
  path: 'members resend-invitation',
  feature: 'companies',
  summary: 'Mail the invitation of a member once more',
  args: { member: memberArgument },
  options: {},
  examples: [
    { command: 'members resend-invitation bea@example.com', does: 'mails a new temporary password' },
  ],
  show: { lines: ({ member }) => [`A new invitation was mailed to ${member}.`] },
  async *run(context, { member }) {
    const { subject } = await findMember(context, member);
    yield {
      member,
      ...(await context.client.call('resendInvitation', { params: { subject }, signal: context.signal })),
    };
    return 0;
  },
});

export const resetPassword = defineCommand({
  path: 'members reset-password',
  feature: 'companies',
  summary: 'End the password of a member, and mail a code for a new one',
  args: { member: memberArgument },
  options: {},
  examples: [
    {
      command: 'members reset-password bea@example.com',
      does: 'ends a password that must not be used any more',
    },
  ],
  show: { lines: ({ member }) => [`A code for a new password was mailed to ${member}.`] },
  async *run(context, { member }) {
    const { subject } = await findMember(context, member);
    yield {
      member,
      ...(await context.client.call('resetPassword', { params: { subject }, signal: context.signal })),
    };
    return 0;
  },
});

export const resetMfa = defineCommand({
  path: 'members reset-mfa',
  feature: 'companies',
  summary: 'Remove the authenticator app of a member who lost the device, and end all sessions',
  args: { member: memberArgument },
  options: {},
  examples: [{ command: 'members reset-mfa bea@example.com', does: 'removes the authenticator app' }],
  show: {
    lines: ({ member }) => [`The authenticator app of ${member} is removed, and all sessions are ended.`],
  },
  async *run(context, { member }) {
    const { subject } = await findMember(context, member);
    yield {
      member,
      ...(await context.client.call('resetMfa', { params: { subject }, signal: context.signal })),
    };
    return 0;
  },
});

export const addMachine = defineCommand({
  path: 'members add-machine',
  feature: 'companies',
  summary: 'Add a machine: a member that gets tokens with an id and a secret',
  args: { name: one('Name of the machine') },
  options: { role: choice(roles, 'role of the machine; user unless given') },
  examples: [
    {
      command: 'members add-machine "Shop import"',
      does: 'prints the id and the secret, which nobody can read again',
    },
  ],
  show: {
    lines: ({ name, role, subject, secret, tokenUrl }, paint) => [
      `${paint('green', '✓')} ${name} is ${role}. Its secret is shown only now:`,
      `PRESSROOM_CLIENT_ID=${subject}`,
      `PRESSROOM_CLIENT_SECRET=${secret}`,
      `PRESSROOM_TOKEN_URL=${tokenUrl}`,
    ],
  },
  async *run({ client, signal }, { name, role = 'user' }) {
    yield await client.call('createMachine', { body: { name, role }, signal });
    return 0;
  },
});

export const addTrustRule = defineCommand({
  path: 'members add-trust-rule',
  feature: 'companies',
  summary: 'Accept tokens of another issuer, such as a CI system, with a role',
  args: { name: one('Name of the rule') },
  options: {
    issuer: text('<url>', 'the issuer, as in its tokens'),
    audience: text('<text>', 'audience of its tokens; pressroom unless given'),
    subject: text('<pattern>', 'pattern of the subject, in which * stands for any characters'),
    role: choice(roles, 'role of the callers; user unless given'),
  },
  examples: [
    {
      command:
        'members add-trust-rule Website --issuer https://token.actions.githubusercontent.com --subject repo:example/website:ref:refs/heads/main',
      does: 'lets a workflow of GitHub Actions sign in without a secret',
    },
  ],
  show: {
    lines: ({ name, role, issuer, audience, subjectPattern }, paint) => [
      `${paint('green', '✓')} ${name} gives the role ${role} to ${subjectPattern} of ${issuer} for ${audience}.`,
    ],
  },
  async *run({ client, signal }, { name, issuer, audience = 'pressroom', subject, role = 'user' }) {
    if (issuer === undefined || subject === undefined) throw usageError('--issuer and --subject are needed.');
    const body = { name, role, issuer, audience, subjectPattern: subject };
    yield await client.call('createTrustRule', { body, signal });
    return 0;
  },
});
