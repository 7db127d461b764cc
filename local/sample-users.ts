import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { companyListKey, memberKey, membershipKey } from '../adapters/dynamodb/keys.ts';
import type { Role } from '../domain/companies/role.ts';

/** A member of the sample company. */
export interface Login {
  readonly role: Role;
  readonly name: string;
  readonly password: string;
}

/** Where logins and memberships are stored. */
export interface Directory {
  readonly cognito: CognitoIdentityProviderClient;
  readonly dynamodb: DynamoDBClient;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly jobTable: string;
}

const roles: readonly Role[] = ['admin', 'user', 'viewer'];

/** Creates one login with a membership for each role. Existing logins keep their passwords. */
export async function seedSampleUsers(
  directory: Directory,
  company: string,
  stateFolder: string,
): Promise<Login[]> {
  const logins = readLogins(stateFolder);
  for (const login of logins) await addMember(directory, company, login);
  return logins;
}

/**
 * Creates a login unless it exists, sets its password and makes it a member of the company.
 * @returns the subject of the login
 */
export async function addMember(directory: Directory, company: string, login: Login): Promise<string> {
  const subject = await ensureUser(directory, login);
  const { name, role } = login;
  const items = [
    { ...memberKey(company, subject), company, subject, kind: 'person', name, email: name, role },
    membershipKey(subject, company),
    companyListKey(company),
  ];
  const puts = items.map((Item) => ({ Put: { TableName: directory.jobTable, Item } }));
  await DynamoDBDocumentClient.from(directory.dynamodb).send(
    new TransactWriteCommand({ TransactItems: puts }),
  );
  return subject;
}

/**
 * Gets an access token for the API. It expires after one hour.
 * @throws NotAuthorizedException where the name or the password is wrong
 */
export async function signIn(
  directory: Pick<Directory, 'cognito' | 'clientId'>,
  login: Login,
): Promise<string> {
  const result = await directory.cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: directory.clientId,
      AuthParameters: { USERNAME: login.name, PASSWORD: login.password },
    }),
  );
  const token = result.AuthenticationResult?.AccessToken;
  if (!token) throw new Error(`The user pool returned no token for ${login.name}`);
  return token;
}

async function ensureUser(directory: Directory, login: Login): Promise<string> {
  const user = { UserPoolId: directory.userPoolId, Username: login.name };
  try {
    await directory.cognito.send(
      new AdminCreateUserCommand({
        ...user,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: login.name },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof UsernameExistsException)) throw error;
  }
  await directory.cognito.send(
    new AdminSetUserPasswordCommand({ ...user, Password: login.password, Permanent: true }),
  );
  const { UserAttributes } = await directory.cognito.send(new AdminGetUserCommand(user));
  const subject = UserAttributes?.find((attribute) => attribute.Name === 'sub')?.Value;
  if (!subject) throw new Error(`The user pool returned no subject for ${login.name}`);
  return subject;
}

/** Passwords are generated once for each state folder, so that a second start keeps them. */
function readLogins(stateFolder: string): Login[] {
  const file = join(stateFolder, 'logins.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Login[];
  const logins = roles.map((role) => ({
    role,
    name: `${role}@pressroom.test`,
    password: `Aa1!${randomBytes(9).toString('base64url')}`,
  }));
  writeFileSync(file, JSON.stringify(logins, null, 2), { mode: 0o600 });
  return logins;
}
