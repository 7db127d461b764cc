import {
  CreateResourceServerCommand,
  paginateListResourceServers,
  type ResourceServerScopeType,
  UpdateResourceServerCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ministackClients } from '../ministack/ministack-clients.ts';
import type { ResourceType } from './resource.ts';

export const cognitoUserPoolResourceServer: ResourceType = {
  type: 'AWS::Cognito::UserPoolResourceServer',
  honours: ['UserPoolId', 'Identifier', 'Name', 'Scopes'],
  async create({ properties, services }) {
    const { cognito: client } = ministackClients(services);
    const UserPoolId = String(properties.UserPoolId);
    const Identifier = String(properties.Identifier);
    const input = {
      UserPoolId,
      Identifier,
      Name: String(properties.Name ?? Identifier),
      Scopes: (properties.Scopes ?? []) as ResourceServerScopeType[],
    };
    let isKnown = false;
    for await (const page of paginateListResourceServers({ client }, { UserPoolId, MaxResults: 50 }))
      isKnown ||= page.ResourceServers?.some((server) => server.Identifier === Identifier) ?? false;
    await client.send(
      isKnown ? new UpdateResourceServerCommand(input) : new CreateResourceServerCommand(input),
    );
    return { ref: Identifier, attributes: {} };
  },
};
