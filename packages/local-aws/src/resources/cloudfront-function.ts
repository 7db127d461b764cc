import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cloudFrontServices } from '../edge/cloudfront-services.ts';
import { compileEdgeFunction } from '../edge/edge-function.ts';
import type { ResourceType } from './resource.ts';

const schema = z.object({
  Name: z.string(),
  FunctionCode: z.string(),
  FunctionConfig: z.object({
    Runtime: z.literal('cloudfront-js-2.0', {
      error: 'The local CloudFront supports only the runtime cloudfront-js-2.0',
    }),
    KeyValueStoreAssociations: z
      .array(z.unknown())
      .max(0, 'The local CloudFront has no key value stores')
      .optional(),
  }),
});

/** The output of console.log goes to `logs/<name>.log` in the state folder. */
export const cloudfrontFunction: ResourceType = {
  type: 'AWS::CloudFront::Function',
  honours: ['Name', 'AutoPublish', 'FunctionCode', 'FunctionConfig'],
  async create({ properties, account, services }) {
    const { Name, FunctionCode } = schema.parse(properties);
    const arn = `arn:aws:cloudfront::${account}:function/${Name}`;
    const folder = join(services.stateFolder, 'logs');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${Name}.log`);
    const log = (line: string) => appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
    cloudFrontServices(services).functions.set(arn, compileEdgeFunction(FunctionCode, { log }));
    return { ref: arn, attributes: { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn, Stage: 'LIVE' } };
  },
};
