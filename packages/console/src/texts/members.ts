import { appTexts, counted } from './app.ts';

/** People, machines and trust rules: what the dialogs of all have. */
export const memberTexts = {
  header: 'Members',
  description: 'People who may work in this company. A changed role applies from the next request on.',
  caption: 'Members',
  invite: 'Invite a member',
  filter: 'Find a member',
  filterPlaceholder: 'Name or address',
  empty: 'No people are members yet',
  emptyDescription: 'Invite the first one.',
  noMatch: 'No member matches',
  noMatchDescription: 'Nobody has this text in their name or address.',
  clear: 'Clear the filter',
  showMore: 'Show more',
  count: (count: number) => `(${counted(count, 'person', 'people')})`,
  columns: { name: 'Name', role: 'Role', added: 'Member since', actions: 'Actions' },
  unknown: '–',
  roles: [
    { value: 'viewer', label: appTexts.roles.viewer, description: 'Sees everything, changes nothing' },
    { value: 'user', label: appTexts.roles.user, description: 'Uploads, edits and publishes' },
    {
      value: 'admin',
      label: appTexts.roles.admin,
      description: 'Also invalidates the CDN, and changes settings and members',
    },
  ],
  role: 'Role',
  name: 'Name',
  nameHint: 'What other members see. Optional.',
  nameRequired: 'Enter a name.',
  email: 'E-mail address',
  emailRequired: 'Enter an e-mail address, such as ann@example.com.',
  actionsOf: (name: string) => `Actions for ${name}`,
  inviteHeader: 'Invite a member',
  inviteText:
    'A person without a login gets a mail with a temporary password, which is valid for 3 days. A person with a login can work at once.',
  inviteConfirm: 'Invite',
  invited: (name: string, mailed: boolean) =>
    mailed
      ? `${name} is invited: the mail is on its way`
      : `${name} is a member now, with the login they have`,
  edit: 'Edit',
  editHeader: (name: string) => `Edit ${name}`,
  editConfirm: 'Save',
  edited: (name: string) => `${name} is changed`,
  notEdited: (name: string) => `${name} was not changed`,
  ownRole: 'You give up your own rights as an admin. Only another admin can give them back.',
  lowerRole: 'Their schedules stay. A schedule whose owner may no longer publish is paused at its next run.',
  login: 'Login',
  logins: {
    invited: 'Invited: has not signed in yet',
    active: 'Active',
    'password-reset': 'Must choose a new password',
    external: 'Signs in with another provider',
    disabled: 'Disabled by the operator',
  },
  noLogin: 'There is no login any more',
  resend: 'Send the invitation again',
  resendText: (email: string) =>
    `A new temporary password is mailed to ${email}. The one before stops working.`,
  resent: (name: string) => `The invitation of ${name} is on its way again`,
  resetPassword: 'Reset the password',
  resetPasswordText: (email: string) =>
    `The password stops working at once, and a code for a new one is mailed to ${email}. People who do not remember their password need no admin: the login page mails them a code.`,
  passwordReset: (name: string) => `The password of ${name} is reset`,
  resetMfa: 'Reset the authenticator app',
  resetMfaText:
    'The authenticator app is removed and all sessions end: for a person who has lost the device. The next sign-in needs the password only, or sets up a new app where that is required.',
  mfaReset: (name: string) => `The authenticator app of ${name} is reset`,
  confirmHeader: (action: string, name: string) => `${action}: ${name}?`,
  remove: 'Remove',
  removeHeader: (name: string) => `Remove ${name}?`,
  removeConfirm: 'Remove from the company',
  removeText: (name: string) =>
    `${name} loses access with the next request. Assets stay as they are. The login itself stays, and opens nothing here.`,
  removeOwn: 'This is you: you lose access to this company.',
  removeMachine: (name: string) => `${name} loses access with the next request, and its secrets are deleted.`,
  removeRule: (name: string) => `Tokens that match ${name} are no longer accepted, from the next request on.`,
  successor: 'Who gets their schedules and unfinished jobs',
  given: (schedules: number) =>
    schedules === 0
      ? 'They have no schedules.'
      : `${counted(schedules, 'schedule', 'schedules')} and all unfinished jobs go to this member.`,
  givenUnknown: 'Schedules and unfinished jobs go to this member.',
  removed: (name: string, schedules: number, jobs: number, successor: string) =>
    schedules + jobs === 0
      ? `${name} is removed`
      : `${name} is removed. ${successor} got ${counted(schedules, 'schedule', 'schedules')} and ${counted(jobs, 'job', 'jobs')}`,
} as const;
