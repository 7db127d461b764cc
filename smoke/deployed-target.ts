import { setTimeout as wait } from 'node:timers/promises';
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fetchDelivered } from '../local/fetch-delivered.ts';
import type { SmokeTarget } from './smoke-target.ts';

/** Stacks whose outputs the smoke program reads. */
const stacks = ['data', 'delivery', 'api'];

/** Milliseconds: an invalidation takes up to two minutes, the start of a schedule up to one. */
const patienceMs = 5 * 60_000;

/** Outputs of an installation by their names, for example `ApiUrl`. */
export type Outputs = (name: string) => string;

/**
 * Reads the outputs of the deployed stacks.
 * @throws Error that names a missing stack or output
 */
export async function readOutputs(cloudFormation: CloudFormationClient, prefix: string): Promise<Outputs> {
  const outputs = new Map<string, string>();
  for (const stack of stacks) {
    const { Stacks = [] } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: `${prefix}-${stack}` }),
    );
    for (const { OutputKey = '', OutputValue = '' } of Stacks[0]?.Outputs ?? [])
      outputs.set(OutputKey, OutputValue);
  }
  return (name) => {
    const value = outputs.get(name);
    if (value === undefined) throw new Error(`The stacks of "${prefix}" have no output "${name}"`);
    return value;
  };
}

/** An installation on AWS. Region and credentials come from the environment, as for every program of AWS. */
export function deployedTarget(outputs: Outputs): SmokeTarget {
  return {
    apiUrl: outputs('ApiUrl'),
    directory: {
      cognito: new CognitoIdentityProviderClient(),
      dynamodb: new DynamoDBClient(),
      userPoolId: outputs('UserPoolId'),
      clientId: outputs('UserPoolClientId'),
      jobTable: outputs('JobTable'),
    },
    patienceMs,
    deliver: (url, headers) => fetchDelivered(url, undefined, headers),
    async waitUntil(time) {
      await wait(Math.max(0, time - Date.now()));
    },
  };
}
