import { z } from 'zod';
import { apiDefinition, stableId } from '../http-api/api-definition.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string().regex(/^(\$default|[A-Z]+ \/\S*)$/),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z
    .enum(['NONE', 'JWT'], 'the local cloud supports only public routes and JWT')
    .default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
});

export const httpApiRoute: ResourceType = {
  type: 'AWS::ApiGatewayV2::Route',
  honours: Object.keys(propertiesSchema.shape),
  async create({ properties, generatedName, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    if (wanted.AuthorizationType === 'JWT' && wanted.AuthorizerId === undefined) {
      throw new Error(`Route "${wanted.RouteKey}" has the AuthorizationType JWT but no AuthorizerId`);
    }
    const id = stableId(generatedName, 7);
    apiDefinition(services, wanted.ApiId).routes.set(id, {
      routeKey: wanted.RouteKey,
      integrationId: wanted.Target.slice('integrations/'.length),
      authorizerId: wanted.AuthorizationType === 'JWT' ? wanted.AuthorizerId : undefined,
      scopes: wanted.AuthorizationScopes,
    });
    return { ref: id, attributes: { RouteId: id } };
  },
};
