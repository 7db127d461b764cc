import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CloudServices } from '../cloud-services.ts';
import { callFunction } from '../step-functions/call-function.ts';
import { parseDefinition } from '../step-functions/definition.ts';
import { openExecutionLog } from '../step-functions/execution-log.ts';
import { mapStorage } from '../step-functions/map-storage.ts';
import { createStateMachine, type StateMachine } from '../step-functions/state-machine.ts';
import { statesEndpoint } from '../step-functions/states-endpoint.ts';
import { StatesError } from '../step-functions/states-error.ts';
import { substitute } from '../step-functions/substitute.ts';
import { assetFolder } from '../template/asset-folder.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({
  StateMachineName: z.string().min(1).max(80).optional(),
  StateMachineType: z.literal('STANDARD').default('STANDARD'),
  RoleArn: z.string(),
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionString: z.string().optional(),
  DefinitionS3Location: z.object({ Bucket: z.string(), Key: z.string() }).optional(),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  LoggingConfiguration: z
    .object({
      Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).default('OFF'),
      IncludeExecutionData: z.union([z.boolean(), z.stringbool()]).default(false),
    })
    .default({ Level: 'OFF', IncludeExecutionData: false }),
});

/**
 * A Standard state machine, run by the interpreter in step-functions/. Its log goes to `logs/<name>.log` in the state
 * folder, not to a log group. Express machines are refused, because their semantics are not implemented.
 */
export const stepFunctionsStateMachine: ResourceType = {
  type: 'AWS::StepFunctions::StateMachine',
  honours: [
    'StateMachineName',
    'StateMachineType',
    'RoleArn',
    'Definition',
    'DefinitionString',
    'DefinitionS3Location',
    'DefinitionSubstitutions',
    'LoggingConfiguration',
  ],
  async create({ generatedName, region, account, properties, services }) {
    const { StateMachineName, RoleArn, LoggingConfiguration, ...source } = parseProperties(
      propertiesSchema,
      properties,
    );
    const name = StateMachineName ?? generatedName;
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    const definitionText = substitute(readDefinition(source, services), source.DefinitionSubstitutions);
    const definition = parseDefinition(JSON.parse(definitionText));
    const log = openExecutionLog(join(services.stateFolder, 'logs', `${name}.log`), {
      level: LoggingConfiguration.Level,
      includeExecutionData: LoggingConfiguration.IncludeExecutionData,
    });
    const machines = machinesOf(services);
    await machines.get(arn)?.close();
    const machine = createStateMachine(
      {
        arn,
        name,
        roleArn: RoleArn,
        definitionText,
        definition,
        logging: {
          level: LoggingConfiguration.Level,
          includeExecutionData: LoggingConfiguration.IncludeExecutionData,
        },
      },
      {
        journalFile: join(services.stateFolder, 'step-functions', `${name}.jsonl`),
        now: Date.now,
        callLambda: (target, payload) => callFunction(services, RoleArn, target, payload),
        s3: mapStorage(services, RoleArn),
        checkMapPermission: async () => {
          if (await services.permissions.allows(RoleArn, 'states:StartExecution', arn)) return;
          throw new StatesError(
            'States.Runtime',
            `User: ${RoleArn} is not authorized to perform: states:StartExecution on resource: ${arn}, which a Distributed Map needs`,
          );
        },
        emit: (event) => services.emitServiceEvent(event),
        record: log.record,
        log: (line) => services.log(line),
      },
    );
    machines.set(arn, machine);
    return {
      ref: arn,
      attributes: { Arn: arn, Name: name },
      activate: () => machine.activate(),
      async stop() {
        await machine.close();
        log.close();
      },
    };
  },
};

/** The machines by ARN. The first one registers the API that all of them share. */
function machinesOf(services: CloudServices): Map<string, StateMachine> {
  return services.shared('state machines', () => {
    const machines = new Map<string, StateMachine>();
    services.registerEndpoint('states', statesEndpoint(machines, services.permissions));
    return machines;
  });
}

function readDefinition(
  source: Pick<z.infer<typeof propertiesSchema>, 'Definition' | 'DefinitionString' | 'DefinitionS3Location'>,
  services: CloudServices,
): string {
  if (source.DefinitionString !== undefined) return source.DefinitionString;
  if (source.Definition) return JSON.stringify(source.Definition);
  if (source.DefinitionS3Location)
    return readFileSync(assetFolder(services, source.DefinitionS3Location.Key), 'utf8');
  throw new Error('A state machine needs Definition, DefinitionString or DefinitionS3Location');
}
