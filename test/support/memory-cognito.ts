/** A Cognito user pool in memory, as far as the adapters call it. */
import {
  type AdminCreateUserCommandInput,
  InvalidParameterException,
  LimitExceededException,
  type ListUsersCommandInput,
  ResourceNotFoundException,
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

/** An app client of a machine. */
export interface MemoryClient {
  readonly name: string;
  /** By id, oldest first. */
  readonly secrets: Map<string, string>;
}

/** @returns `logins` by subject, `clients` by id, and `mails`: what the pool sent, in order */
export function memoryCognito() {
  const logins = new Map<string, MemoryLogin>();
  const clients = new Map<string, MemoryClient>();
  const mails: InvitationMail[] = [];
  let secrets = 0;
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
        case 'AdminDeleteSoftwareToken':
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
        case 'CreateUserPoolClient': {
          const ClientId = `machine-${clients.size + 1}`;
          const client: MemoryClient = { name: String(input.ClientName), secrets: new Map() };
          clients.set(ClientId, client);
          return { UserPoolClient: { ClientId, ClientSecret: addSecret(client).ClientSecretValue } };
        }
        case 'DeleteUserPoolClient':
          clientOf(input);
          clients.delete(String(input.ClientId));
          return {};
        case 'ListUserPoolClientSecrets':
          return {
            ClientSecrets: [...clientOf(input).secrets.keys()].map((ClientSecretId) => ({
              ClientSecretId,
              ClientSecretCreateDate: new Date(Number(ClientSecretId)),
            })),
          };
        case 'AddUserPoolClientSecret': {
          const client = clientOf(input);
          if (client.secrets.size >= 2)
            throw new LimitExceededException({ message: 'Two secrets.', ...failure });
          return { ClientSecretDescriptor: addSecret(client) };
        }
        case 'DeleteUserPoolClientSecret': {
          const client = clientOf(input);
          if (client.secrets.size === 1)
            throw new InvalidParameterException({ message: 'The last secret.', ...failure });
          client.secrets.delete(String(input.ClientSecretId));
          return {};
        }
        default:
          throw new Error(`This cognito does not know ${command}`);
      }
    },
    targets: (_, { Username, Filter, ClientId }) => [String(Username ?? Filter ?? ClientId ?? '')],
  };
  return { service, logins, clients, mails, add, addClient };

  /** Puts an app client with one secret. */
  function addClient(clientId: string, name: string): MemoryClient {
    const client: MemoryClient = { name, secrets: new Map() };
    addSecret(client);
    clients.set(clientId, client);
    return client;
  }

  function clientOf({ ClientId }: Input): MemoryClient {
    const client = clients.get(String(ClientId));
    if (!client) throw new ResourceNotFoundException({ message: 'Client does not exist.', ...failure });
    return client;
  }

  function addSecret({ secrets: all }: MemoryClient) {
    secrets += 1;
    const secret = { ClientSecretId: String(secrets), ClientSecretValue: `secret-${secrets}` };
    all.set(secret.ClientSecretId, secret.ClientSecretValue);
    return secret;
  }

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
