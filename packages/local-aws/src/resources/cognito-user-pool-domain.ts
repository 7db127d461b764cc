import {
  CreateUserPoolDomainCommand,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ministackClients } from '../ministack/ministack-clients.ts';
import type { ResourceType } from './resource.ts';

/** MiniStack serves the login pages and the token endpoint of all domains at its own address. */
export const cognitoUserPoolDomain: ResourceType = {
  type: 'AWS::Cognito::UserPoolDomain',
  honours: ['Domain', 'UserPoolId'],
  async create({ properties, services }) {
    const { cognito } = ministackClients(services);
    const Domain = String(properties.Domain);
    const { DomainDescription } = await cognito.send(new DescribeUserPoolDomainCommand({ Domain }));
    if (DomainDescription?.UserPoolId === undefined)
      await cognito.send(
        new CreateUserPoolDomainCommand({ Domain, UserPoolId: String(properties.UserPoolId) }),
      );
    return { ref: Domain, attributes: { CloudFrontDistribution: '' } };
  },
};
