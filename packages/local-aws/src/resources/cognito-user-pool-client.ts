import {
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  paginateListUserPoolClients,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CloudServices } from '../cloud-services.ts';
import { cloudFrontServices } from '../edge/cloudfront-services.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { parseScalars } from './parse-scalars.ts';
import type { ResourceType } from './resource.ts';

/** Properties with the same name in the API. */
const settings = [
  'ExplicitAuthFlows',
  'AccessTokenValidity',
  'IdTokenValidity',
  'RefreshTokenValidity',
  'TokenValidityUnits',
  'ReadAttributes',
  'WriteAttributes',
  'PreventUserExistenceErrors',
  'EnableTokenRevocation',
  'SupportedIdentityProviders',
  'AllowedOAuthFlows',
  'AllowedOAuthFlowsUserPoolClient',
  'AllowedOAuthScopes',
  'CallbackURLs',
  'LogoutURLs',
] as const;

export const cognitoUserPoolClient: ResourceType = {
  type: 'AWS::Cognito::UserPoolClient',
  honours: ['ClientName', 'UserPoolId', 'GenerateSecret', ...settings],
  async create({ properties, generatedName, services }) {
    const { cognito: client } = ministackClients(services);
    const UserPoolId = String(properties.UserPoolId);
    const ClientName = String(properties.ClientName ?? generatedName);
    const wanted = Object.fromEntries(
      settings
        .filter((key) => properties[key] !== undefined)
        .map((key) => [key, parseScalars(properties[key])]),
    );
    for (const key of ['CallbackURLs', 'LogoutURLs'] as const)
      if (wanted[key] !== undefined) wanted[key] = withPlainAddresses(wanted[key] as string[], services);
    let found: { ClientId?: string | undefined; ClientSecret?: string | undefined } | undefined;
    for await (const page of paginateListUserPoolClients({ client }, { UserPoolId, MaxResults: 60 })) {
      found ??= page.UserPoolClients?.find((one) => one.ClientName === ClientName);
    }
    const response = found
      ? await client.send(
          new UpdateUserPoolClientCommand({ UserPoolId, ClientId: found.ClientId, ClientName, ...wanted }),
        )
      : await client.send(
          new CreateUserPoolClientCommand({
            UserPoolId,
            ClientName,
            GenerateSecret: String(properties.GenerateSecret) === 'true',
            ...wanted,
          } as CreateUserPoolClientCommandInput),
        );
    const { ClientId, ClientSecret } = response.UserPoolClient ?? {};
    if (!ClientId) throw new Error(`MiniStack did not create the client "${ClientName}"`);
    return {
      ref: ClientId,
      attributes: { ClientId, Name: ClientName, ...(ClientSecret ? { ClientSecret } : {}) },
    };
  },
};

/** A page of a local distribution is opened without TLS, which needs no certificate: login pages may return there, too. */
function withPlainAddresses(urls: readonly string[], services: Pick<CloudServices, 'shared'>): string[] {
  const { plainAddresses } = cloudFrontServices(services);
  return urls.flatMap((url) => {
    const plain = plainAddresses.get(new URL(url).origin);
    return plain === undefined ? [url] : [url, url.replace(new URL(url).origin, plain)];
  });
}
