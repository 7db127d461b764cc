/** The logins of people in the Cognito user pool. */
import {
  AdminCreateUserCommand,
  AdminDeleteSoftwareTokenCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  type UserStatusType,
} from '@aws-sdk/client-cognito-identity-provider';
import { Failure, type FailureCode } from '../../domain/failure.ts';

/** What a login can do next. `invited`: its owner has not chosen a password yet. */
export type LoginState = 'invited' | 'active' | 'password-reset' | 'external' | 'disabled';

export interface Login {
  /** The `sub` of its tokens. */
  readonly subject: string;
  readonly state: LoginState;
}

export interface Logins {
  /**
   * The login with an address, which is made if there is none. Cognito then mails an invitation with a temporary password.
   * Of a person who signed in by an external provider before, it is the login that the provider made.
   * @param email in lower case
   */
  ensureLogin(email: string, name: string | undefined): Promise<Login & { readonly isNew: boolean }>;
  /** @returns undefined if the user pool has no such login */
  readLogin(subject: string): Promise<Login | undefined>;
  /** Mails the invitation once more, with a new temporary password. @throws Failure `login.refused` after the first sign-in */
  resendInvitation(subject: string, email: string): Promise<void>;
  /** Mails a code for a new password. The present password opens nothing any more. */
  resetPassword(subject: string): Promise<void>;
  /**
   * Deletes the authenticator app of a login and ends its sessions. The next sign-in sets up another one if the pool
   * requires MFA. (Switching MFA off for the login would be refused by such a pool.)
   */
  resetMfa(subject: string): Promise<void>;
}

/** Errors of the user pool that callers can do something about. */
const known: Readonly<Record<string, readonly [FailureCode, string]>> = {
  UserNotFoundException: ['login.not-found', 'The user pool has no login of this member'],
  UnsupportedUserStateException: [
    'login.refused',
    'The person has signed in already: reset the password instead of inviting them again',
  ],
  CodeDeliveryFailureException: [
    'login.mail-not-sent',
    'The user pool could not send the mail. Check the address and the mail settings of the user pool',
  ],
  LimitExceededException: [
    'login.mail-not-sent',
    'The user pool has sent as many mails as it may today. Without SES, Cognito sends 50 a day',
  ],
  InvalidParameterException: [
    'login.refused',
    'The user pool does not allow this for the login: it may have no authenticator app, or no verified address',
  ],
  // MiniStack's name for operations that it does not have.
  InvalidAction: ['login.refused', 'The user pool does not have this operation: the local one is such'],
  TooManyRequestsException: ['storage.busy', 'The user pool gets too many requests; try again'],
};

/** @throws Failure from all methods, for the errors above */
export function logins(client: CognitoIdentityProviderClient, userPoolId: string): Logins {
  const pool = { UserPoolId: userPoolId };

  return {
    async ensureLogin(email, name) {
      const found = await findByEmail(email);
      if (found) return { ...found, isNew: false };
      const attributes: AttributeType[] = [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
        ...(name === undefined ? [] : [{ Name: 'name', Value: name }]),
      ];
      try {
        const { User } = await client.send(
          new AdminCreateUserCommand({
            ...pool,
            Username: email,
            UserAttributes: attributes,
            DesiredDeliveryMediums: ['EMAIL'],
          }),
        );
        return { ...loginOf(User?.Attributes, User?.UserStatus, true), isNew: true };
      } catch (error) {
        // The list of users follows a moment later.
        if (!(error instanceof Error) || error.name !== 'UsernameExistsException') throw failureOf(error);
        const existing = await read(email);
        if (!existing) throw error;
        return { ...existing, isNew: false };
      }
    },

    readLogin: read,

    resendInvitation: (_, email) =>
      done(
        client.send(
          new AdminCreateUserCommand({
            ...pool,
            Username: email,
            MessageAction: 'RESEND',
            DesiredDeliveryMediums: ['EMAIL'],
          }),
        ),
      ),

    async resetPassword(subject) {
      const login = await read(subject);
      if (login?.state === 'invited')
        throw new Failure(
          'login.refused',
          'The person has not signed in yet: send the invitation again instead of resetting the password',
        );
      if (login?.state === 'external')
        throw new Failure(
          'login.refused',
          'The person signs in by an external provider, which has the password',
        );
      await done(client.send(new AdminResetUserPasswordCommand({ ...pool, Username: subject })));
    },

    async resetMfa(subject) {
      const user = { ...pool, Username: subject };
      await done(client.send(new AdminDeleteSoftwareTokenCommand(user)));
      await done(client.send(new AdminUserGlobalSignOutCommand(user)));
    },
  };

  async function read(username: string): Promise<Login | undefined> {
    try {
      const user = await client.send(new AdminGetUserCommand({ ...pool, Username: username }));
      return loginOf(user.UserAttributes, user.UserStatus, user.Enabled);
    } catch (error) {
      if (error instanceof Error && error.name === 'UserNotFoundException') return undefined;
      throw failureOf(error);
    }
  }

  /** An address may have a login of the pool and one of an external provider: the latter is in use. */
  async function findByEmail(email: string): Promise<Login | undefined> {
    try {
      const filter = `email = "${email.replace(/["\\]/g, '\\$&')}"`;
      const { Users = [] } = await client.send(new ListUsersCommand({ ...pool, Filter: filter, Limit: 10 }));
      const all = Users.map((user) => loginOf(user.Attributes, user.UserStatus, user.Enabled));
      return all.find(({ state }) => state === 'external') ?? all[0];
    } catch (error) {
      throw failureOf(error);
    }
  }
}

async function done(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): unknown {
  const found = error instanceof Error ? known[error.name] : undefined;
  return found === undefined ? error : new Failure(found[0], found[1], { cause: error });
}

function loginOf(
  attributes: readonly AttributeType[] = [],
  status: UserStatusType | undefined,
  isEnabled = true,
): Login {
  const subject = attributes.find(({ Name }) => Name === 'sub')?.Value;
  if (subject === undefined) throw new Error('The user pool returned a login without a subject');
  return { subject, state: isEnabled ? stateOf(status) : 'disabled' };
}

function stateOf(status: UserStatusType | undefined): LoginState {
  switch (status) {
    case 'FORCE_CHANGE_PASSWORD':
      return 'invited';
    case 'RESET_REQUIRED':
      return 'password-reset';
    case 'EXTERNAL_PROVIDER':
      return 'external';
    default:
      return 'active';
  }
}
