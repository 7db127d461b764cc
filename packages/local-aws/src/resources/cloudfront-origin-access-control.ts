import { z } from 'zod';
import { cloudFrontServices } from '../edge/cloudfront-services.ts';
import { stableId } from '../edge/stable-id.ts';
import type { ResourceType } from './resource.ts';

const schema = z.object({
  OriginAccessControlOriginType: z.enum(['s3', 'lambda']),
  // no-override signs too, because visitors of the local cloud never sign.
  SigningBehavior: z.enum(['always', 'never', 'no-override']),
  SigningProtocol: z.literal('sigv4'),
});

export const cloudfrontOriginAccessControl: ResourceType = {
  type: 'AWS::CloudFront::OriginAccessControl',
  honours: ['OriginAccessControlConfig'],
  async create({ properties, generatedName, services }) {
    const id = stableId('E', `origin access control ${generatedName}`);
    const config = schema.parse(properties.OriginAccessControlConfig);
    cloudFrontServices(services).accessControls.set(id, {
      type: config.OriginAccessControlOriginType,
      signs: config.SigningBehavior !== 'never',
    });
    return { ref: id, attributes: { Id: id } };
  },
};
