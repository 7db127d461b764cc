import { z } from 'zod';
import { apiDefinition, stableId } from '../http-api/api-definition.ts';
import { functionReference } from '../lambda/function-reference.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'the local cloud supports only Lambda proxy integrations'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'the local cloud supports only payload format 2.0'),
  /** At most 30 s, which is also the default. */
  TimeoutInMillis: z.coerce.number().int().min(50).max(30_000).default(30_000),
});

export const httpApiIntegration: ResourceType = {
  type: 'AWS::ApiGatewayV2::Integration',
  honours: Object.keys(propertiesSchema.shape),
  async create({ properties, generatedName, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    const id = stableId(generatedName, 7);
    // The function's ARN, alone or inside the path of Lambda's Invoke operation.
    const uri = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(wanted.IntegrationUri)?.[1];
    const { arn, qualifier } = functionReference(uri ?? wanted.IntegrationUri, services);
    apiDefinition(services, wanted.ApiId).integrations.set(id, {
      functionArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
      timeoutMilliseconds: wanted.TimeoutInMillis,
    });
    return { ref: id, attributes: { IntegrationId: id } };
  },
};
