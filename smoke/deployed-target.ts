import { setTimeout as wait } from 'node:timers/promises';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fetchDelivered } from '../local/fetch-delivered.ts';
import { deployedStack, outputsOf } from '../scripts/deployment/deployed-stack.ts';
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
  const outputs: Record<string, string> = {};
  for (const part of stacks) {
    const stack = await deployedStack(cloudFormation, `${prefix}-${part}`);
    if (!stack)
      throw new Error(`There is no stack ${prefix}-${part} in this account and region. Deploy it first.`);
    Object.assign(outputs, outputsOf(stack));
  }
  return (name) => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`The stacks of "${prefix}" have no output "${name}"`);
    return value;
  };
}

/** An installation on AWS. Credentials come from the shell, as for every program of AWS. */
export function deployedTarget(outputs: Outputs, region: string): SmokeTarget {
  return {
    apiUrl: outputs('ApiUrl'),
    directory: {
      cognito: new CognitoIdentityProviderClient({ region }),
      dynamodb: new DynamoDBClient({ region }),
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
