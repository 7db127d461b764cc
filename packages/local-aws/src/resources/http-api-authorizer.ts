import { z } from 'zod';
import { apiDefinition, stableId } from '../http-api/api-definition.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.literal('JWT', 'the local cloud supports only JWT authorizers'),
  IdentitySource: z.array(z.string()).default(['$request.header.Authorization']),
  JwtConfiguration: z.object({ Issuer: z.url(), Audience: z.array(z.string()) }),
});

export const httpApiAuthorizer: ResourceType = {
  type: 'AWS::ApiGatewayV2::Authorizer',
  honours: Object.keys(propertiesSchema.shape),
  async create({ properties, generatedName, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    const id = stableId(generatedName, 6);
    apiDefinition(services, wanted.ApiId).authorizers.set(id, {
      issuer: wanted.JwtConfiguration.Issuer,
      audience: wanted.JwtConfiguration.Audience,
      identitySources: wanted.IdentitySource,
    });
    return { ref: id, attributes: { AuthorizerId: id } };
  },
};
