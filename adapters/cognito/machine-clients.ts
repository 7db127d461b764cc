/** App clients of machines in the Cognito user pool: they sign in with the OAuth grant of client credentials. */
import {
  AddUserPoolClientSecretCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolClientSecretCommand,
  ListUserPoolClientSecretsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { apiScope } from '../../domain/companies/api-scope.ts';
import { Failure } from '../../domain/failure.ts';

export interface MachineCredentials {
  /** Also the `sub` of its tokens. */
  readonly clientId: string;
  readonly secret: string;
}

export interface MachineClients {
  /** @param label for the operator who looks at the user pool */
  createClient(label: string): Promise<MachineCredentials>;
  /**
   * Makes a new secret. The one before stays valid, unless it is ended too; an older one is ended in any case, because
   * Cognito keeps two.
   */
  rotateSecret(clientId: string, endPrevious: boolean): Promise<string>;
  /** Deletes a client with its secrets. One that is gone already is no error. */
  deleteClient(clientId: string): Promise<void>;
}

/** Minutes. A removed machine is refused at once all the same: its membership is read with every request. */
const tokenMinutes = 60;

export function machineClients(client: CognitoIdentityProviderClient, userPoolId: string): MachineClients {
  const pool = { UserPoolId: userPoolId };
  return {
    async createClient(label) {
      const { UserPoolClient } = await client.send(
        new CreateUserPoolClientCommand({
          ...pool,
          // Cognito takes only these characters in names.
          ClientName: label.replace(/[^\w\s+=,.@-]/g, '_').slice(0, 128),
          GenerateSecret: true,
          // The fewest that Cognito takes: without the list it would allow people to sign in.
          ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
          AllowedOAuthFlows: ['client_credentials'],
          AllowedOAuthScopes: [apiScope.full],
          AllowedOAuthFlowsUserPoolClient: true,
          AccessTokenValidity: tokenMinutes,
          TokenValidityUnits: { AccessToken: 'minutes' },
        }),
      );
      const { ClientId: clientId, ClientSecret: secret } = UserPoolClient ?? {};
      if (clientId === undefined || secret === undefined)
        throw new Error('The user pool returned an app client without id or secret');
      return { clientId, secret };
    },

    async rotateSecret(clientId, endPrevious) {
      const one = { ...pool, ClientId: clientId };
      const { ClientSecrets = [] } = await client
        .send(new ListUserPoolClientSecretsCommand(one))
        .catch(explained);
      const older = ClientSecrets.toSorted(
        (a, b) => (a.ClientSecretCreateDate?.getTime() ?? 0) - (b.ClientSecretCreateDate?.getTime() ?? 0),
      );
      const end = (secrets: typeof older) =>
        Promise.all(
          secrets.map(({ ClientSecretId }) =>
            client.send(new DeleteUserPoolClientSecretCommand({ ...one, ClientSecretId })),
          ),
        );
      // One must be free, and one must stay: Cognito keeps at least one.
      await end(older.slice(0, -1));
      const { ClientSecretDescriptor } = await client.send(new AddUserPoolClientSecretCommand(one));
      const secret = ClientSecretDescriptor?.ClientSecretValue;
      if (secret === undefined) throw new Error('The user pool returned no secret');
      if (endPrevious) await end(older.slice(-1));
      return secret;
    },

    async deleteClient(clientId) {
      try {
        await client.send(new DeleteUserPoolClientCommand({ ...pool, ClientId: clientId }));
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
      }
    },
  };
}

/** The local user pool has no second secrets. */
function explained(error: unknown): never {
  if (error instanceof Error && /^(InvalidAction|UnknownOperation)/.test(error.name))
    throw new Failure(
      'login.refused',
      'This user pool cannot make a second secret (the local one is such): remove the machine and make a new one',
      { cause: error },
    );
  throw error;
}
