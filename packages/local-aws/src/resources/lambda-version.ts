import { z } from 'zod';
import { functionFacts } from '../lambda/function-facts.ts';
import { functionReference } from '../lambda/function-reference.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({ FunctionName: z.string(), Description: z.string().optional() });

/** The local cloud deploys a template once, so each function has one version: the first. It shares the function's workers. */
const onlyVersion = '1';

/** A version of a function: its code and configuration as they are deployed. */
export const lambdaVersion: ResourceType = {
  type: 'AWS::Lambda::Version',
  honours: Object.keys(propertiesSchema.shape),
  async create({ properties, services }) {
    const { FunctionName } = parseProperties(propertiesSchema, properties);
    const { arn } = functionReference(FunctionName, services);
    const running = services.functions.get(arn);
    if (!running) throw new Error(`There is no Lambda function "${FunctionName}"`);
    const versionArn = `${arn}:${onlyVersion}`;
    services.functions.set(versionArn, running);
    const facts = functionFacts(services).get(arn);
    if (facts) functionFacts(services).set(versionArn, facts);
    return { ref: versionArn, attributes: { Version: onlyVersion, FunctionArn: versionArn } };
  },
};
