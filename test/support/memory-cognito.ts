/** A Cognito user pool in memory, as far as the adapters call it. */
import {
  type AdminCreateUserCommandInput,
  type ListUsersCommandInput,
  UnsupportedUserStateException,
  UserNotFoundException,
  UsernameExistsException,
  type UserStatusType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CalledService, Input } from './calls.ts';

export interface MemoryLogin {
  /** The pool signs in by address, so this is the user name. */
  readonly subject: string;
  readonly email: string;
  readonly name?: string;
  status: UserStatusType;
  mfa: boolean;
  /** Times that all its sessions were ended. */
  signedOut: number;
}

export interface InvitationMail {
  readonly to: string;
  readonly kind: 'invitation' | 'password-reset';
}

/** @returns `logins` by subject, and `mails`: what the pool sent, in order */
export function memoryCognito() {
  const logins = new Map<string, MemoryLogin>();
  const mails: InvitationMail[] = [];
  const failure = { $metadata: { httpStatusCode: 400 } };

  const find = (username: unknown): MemoryLogin | undefined =>
    [...logins.values()].find(({ subject, email }) => subject === username || email === username);
  const found = ({ Username }: Input): MemoryLogin => {
    const login = find(Username);
    if (!login) throw new UserNotFoundException({ message: 'User does not exist.', ...failure });
    return login;
  };
  const attributesOf = ({ subject, email, name }: MemoryLogin) => [
    { Name: 'sub', Value: subject },
    { Name: 'email', Value: email },
    ...(name === undefined ? [] : [{ Name: 'name', Value: name }]),
  ];
  const userOf = (login: MemoryLogin) => ({
    Username: login.subject,
    Attributes: attributesOf(login),
    UserStatus: login.status,
    Enabled: true,
  });

  const service: CalledService = {
    service: 'cognito',
    execute(command, input) {
      switch (command) {
        case 'AdminCreateUser':
          return create(input as unknown as AdminCreateUserCommandInput);
        case 'AdminGetUser': {
          const { Attributes: UserAttributes, ...user } = userOf(found(input));
          return { ...user, UserAttributes };
        }
        case 'AdminResetUserPassword': {
          const login = found(input);
          login.status = 'RESET_REQUIRED';
          mails.push({ to: login.email, kind: 'password-reset' });
          return {};
        }
        case 'AdminSetUserMFAPreference':
          found(input).mfa = false;
          return {};
        case 'AdminUserGlobalSignOut':
          found(input).signedOut += 1;
          return {};
        case 'ListUsers': {
          const { Filter = '' } = input as unknown as ListUsersCommandInput;
          const email = /^email = "(.*)"$/.exec(Filter)?.[1];
          if (email === undefined) throw new Error(`This user pool cannot filter by ${Filter}`);
          return { Users: [...logins.values()].filter((login) => login.email === email).map(userOf) };
        }
        default:
          throw new Error(`This cognito does not know ${command}`);
      }
    },
    targets: (_, { Username, Filter }) => [String(Username ?? Filter ?? '')],
  };
  return { service, logins, mails, add };

  /** Puts a login of somebody who has signed in, unless another status is given. */
  function add(subject: string, email: string, status: UserStatusType = 'CONFIRMED'): MemoryLogin {
    const login: MemoryLogin = { subject, email, status, mfa: true, signedOut: 0 };
    logins.set(subject, login);
    return login;
  }

  function create({
    Username = '',
    MessageAction,
    UserAttributes = [],
  }: AdminCreateUserCommandInput): object {
    const known = find(Username);
    if (MessageAction === 'RESEND') {
      const login = found({ Username });
      if (login.status !== 'FORCE_CHANGE_PASSWORD')
        throw new UnsupportedUserStateException({ message: 'Resend not possible.', ...failure });
      mails.push({ to: login.email, kind: 'invitation' });
      return { User: userOf(login) };
    }
    if (known) throw new UsernameExistsException({ message: 'User account already exists', ...failure });
    const name = UserAttributes.find(({ Name }) => Name === 'name')?.Value;
    const login = {
      ...add(`login-${logins.size + 1}`, Username, 'FORCE_CHANGE_PASSWORD'),
      ...(name && { name }),
    };
    logins.set(login.subject, login);
    mails.push({ to: Username, kind: 'invitation' });
    return { User: userOf(login) };
  }
}
