import {
  type CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  paginateListUserPools,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { parseScalars } from './parse-scalars.ts';
import type { ResourceType } from './resource.ts';

/** Properties with the same name in the API, at creation and for an update. */
const settings = [
  'Policies',
  'AutoVerifiedAttributes',
  'AdminCreateUserConfig',
  'MfaConfiguration',
  'VerificationMessageTemplate',
  'AccountRecoverySetting',
] as const;

/** Properties that cannot change after creation. */
const fixedSettings = ['UsernameAttributes', 'AliasAttributes', 'UsernameConfiguration', 'Schema'] as const;

export const cognitoUserPool: ResourceType = {
  type: 'AWS::Cognito::UserPool',
  honours: ['UserPoolName', ...settings, ...fixedSettings],
  async create({ properties, generatedName, region, account, services }) {
    const { cognito } = ministackClients(services);
    const name = String(properties.UserPoolName ?? generatedName);
    const pick = (names: readonly string[]) =>
      Object.fromEntries(
        names
          .filter((key) => properties[key] !== undefined)
          .map((key) => [key, parseScalars(properties[key])]),
      );
    let id = await findPool(cognito, name);
    if (id) {
      await cognito.send(new UpdateUserPoolCommand({ UserPoolId: id, ...pick(settings) }));
    } else {
      const input = {
        PoolName: name,
        ...pick(settings),
        ...pick(fixedSettings),
      } as CreateUserPoolCommandInput;
      id = (await cognito.send(new CreateUserPoolCommand(input))).UserPool?.Id;
    }
    if (!id) throw new Error(`MiniStack did not create the user pool "${name}"`);
    const provider = `cognito-idp.${region}.amazonaws.com/${id}`;
    return {
      ref: id,
      attributes: {
        UserPoolId: id,
        Arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`,
        ProviderName: provider,
        ProviderURL: `https://${provider}`,
      },
    };
  },
};

async function findPool(client: CognitoIdentityProviderClient, name: string): Promise<string | undefined> {
  for await (const { UserPools = [] } of paginateListUserPools({ client }, { MaxResults: 60 })) {
    const found = UserPools.find((pool) => pool.Name === name);
    if (found) return found.Id;
  }
  return undefined;
}
