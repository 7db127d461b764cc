import { join } from 'node:path';
import { z } from 'zod';
import { createFunction } from '../lambda/create-function.ts';
import { functionFacts } from '../lambda/function-facts.ts';
import { assetFolder } from '../template/asset-folder.ts';
import { noteUnhonoured } from '../template/unhonoured.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const type = 'AWS::Lambda::Function';

/** On AWS, functions without a reservation share 1,000. A machine with two cores is busy with fewer. */
const unreservedConcurrency = 10;

const propertiesSchema = z.object({
  FunctionName: z.string().optional(),
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().startsWith('nodejs', 'the local cloud supports only Node.js'),
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  LoggingConfig: z
    .object({
      LogFormat: z.enum(['Text', 'JSON']).default('Text'),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.string().optional(),
    })
    .optional(),
});

/** Runs in worker threads of this process, see lambda/create-function.ts. */
export const lambdaFunction: ResourceType = {
  type,
  honours: [
    'FunctionName',
    'Description',
    'Code.S3Bucket',
    'Code.S3Key',
    'Handler',
    'Runtime',
    'Role',
    'Environment',
    'Timeout',
    'MemorySize',
    'ReservedConcurrentExecutions',
    'LoggingConfig.LogFormat',
    'LoggingConfig.LogGroup',
    'LoggingConfig.ApplicationLogLevel',
  ],
  async create({ properties, generatedName, region, account, services }) {
    const wanted = parseProperties(propertiesSchema, properties);
    const ownRuntime = `nodejs${process.versions.node.split('.')[0]}.x`;
    if (wanted.Runtime !== ownRuntime)
      noteUnhonoured(services, type, `Runtime ${wanted.Runtime} (runs on ${ownRuntime})`);
    // Lambda's time zone is UTC. A worker thread has the time zone of the process.
    process.env.TZ = 'UTC';
    const name = wanted.FunctionName ?? generatedName;
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    const running = createFunction(
      {
        name,
        arn,
        folder: assetFolder(services, wanted.Code.S3Key),
        handler: wanted.Handler,
        variables: wanted.Environment?.Variables ?? {},
        timeoutSeconds: wanted.Timeout,
        memoryMegabytes: wanted.MemorySize,
        roleArn: wanted.Role,
        concurrency: wanted.ReservedConcurrentExecutions ?? unreservedConcurrency,
        logGroup: wanted.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
        logFormat: wanted.LoggingConfig?.LogFormat ?? 'Text',
        ...(wanted.LoggingConfig?.ApplicationLogLevel && {
          logLevel: wanted.LoggingConfig.ApplicationLogLevel,
        }),
      },
      {
        region,
        ministackEndpoint: services.ministackEndpoint,
        ownEndpoint: services.ownEndpoint,
        credentialsFor: (roleArn) => services.credentialsFor(roleArn),
        log: (line) => services.log(line),
        logFolder: join(services.stateFolder, 'logs'),
      },
    );
    services.functions.set(arn, running);
    functionFacts(services).set(arn, { roleArn: wanted.Role, timeoutSeconds: wanted.Timeout });
    return { ref: name, attributes: { Arn: arn }, stop: () => running.stop() };
  },
};
