import type { Server } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import type { CloudServices } from '../cloud-services.ts';
import { createAccessLog } from '../http-api/access-log.ts';
import { type ApiDefinition, apiDefinition, stableId } from '../http-api/api-definition.ts';
import { closeServer } from '../http-api/close-server.ts';
import { createJwtAuthorizer, type JwtAuthorizer, keysOf } from '../http-api/jwt-authorizer.ts';
import { listen } from '../http-api/listen.ts';
import { serveHttpApi } from '../http-api/serve-http-api.ts';
import { findFunction } from '../lambda/function-reference.ts';
import { lambdaPermissions } from '../lambda/lambda-permissions.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  Name: z.string(),
  ProtocolType: z.literal('HTTP'),
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()).default([]),
      AllowMethods: z.array(z.string()).default([]),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      AllowCredentials: z.boolean().default(false),
      MaxAge: z.coerce.number().optional(),
    })
    .optional(),
});

/** An HTTP API on a port of this machine, see http-api/serve-http-api.ts. */
export const httpApi: ResourceType = {
  type: 'AWS::ApiGatewayV2::Api',
  honours: ['Name', 'Description', 'ProtocolType', 'CorsConfiguration'],
  async create({ properties, generatedName, region, account, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    const apiId = stableId(generatedName, 10);
    const definition = apiDefinition(services, apiId);
    const cors = wanted.CorsConfiguration;
    definition.cors = cors && {
      allowOrigins: cors.AllowOrigins,
      allowMethods: cors.AllowMethods,
      allowHeaders: cors.AllowHeaders,
      exposeHeaders: cors.ExposeHeaders,
      allowCredentials: cors.AllowCredentials,
      maxAge: cors.MaxAge,
    };
    // The first API has the address name "api"; others get their own name.
    const first = services.shared('first http-api', () => apiId) === apiId;
    const name = first ? 'api' : `api-${wanted.Name}`;
    const port = await services.port(name);
    const address = `http://127.0.0.1:${port}`;
    let server: Server | undefined;
    return {
      ref: apiId,
      attributes: { ApiId: apiId, ApiEndpoint: address },
      async activate() {
        checkDefinition(definition, services);
        const authorizers = createAuthorizers(definition, services.ministackEndpoint);
        const permissions = lambdaPermissions(services);
        server = serveHttpApi(definition, {
          apiId,
          accountId: account,
          region,
          findFunction: (arn) => findFunction(services, arn),
          mayInvoke: (functionArn, caller) => permissions.mayInvoke(functionArn, caller),
          authorizer: (id) => authorizers.get(id),
          writeAccessLog: createAccessLog(join(services.stateFolder, 'logs', 'http-api.log')),
          log: (line) => services.log(`API: ${line}`),
        });
        await listen(server, port);
        services.addAddress(name, address);
      },
      stop: async () => server && closeServer(server),
    };
  },
};

/** Checks that the function and the authorizer of every route exist. */
function checkDefinition(definition: ApiDefinition, services: CloudServices): void {
  for (const { routeKey, integrationId, authorizerId } of definition.routes.values()) {
    const integration = definition.integrations.get(integrationId);
    if (!integration)
      throw new Error(`Route "${routeKey}" has the integration ${integrationId}, which does not exist`);
    findFunction(services, integration.functionArn);
    if (authorizerId !== undefined && !definition.authorizers.has(authorizerId)) {
      throw new Error(`Route "${routeKey}" has the authorizer ${authorizerId}, which does not exist`);
    }
  }
}

function createAuthorizers(definition: ApiDefinition, ministackEndpoint: string): Map<string, JwtAuthorizer> {
  return new Map(
    [...definition.authorizers].map(([id, options]) => [
      id,
      createJwtAuthorizer(options, keysOf(options.issuer, ministackEndpoint)),
    ]),
  );
}
