import { z } from 'zod';
import { apiDefinition } from '../http-api/api-definition.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  AutoDeploy: z.literal(true, 'the local cloud supports only stages with AutoDeploy: true'),
  StageVariables: z.record(z.string(), z.string()).optional(),
  AccessLogSettings: z.object({ Format: z.string().optional() }).optional(),
});

/** The access log goes to `logs/http-api.log` in the state folder, in the stage's format, not to a log group. */
export const httpApiStage: ResourceType = {
  type: 'AWS::ApiGatewayV2::Stage',
  honours: ['ApiId', 'StageName', 'AutoDeploy', 'StageVariables', 'AccessLogSettings.Format'],
  async create({ properties, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    apiDefinition(services, wanted.ApiId).stages.set(wanted.StageName, {
      name: wanted.StageName,
      variables: wanted.StageVariables,
      accessLogFormat: wanted.AccessLogSettings?.Format,
    });
    return { ref: wanted.StageName, attributes: {} };
  },
};
