import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { logins } from '../../adapters/cognito/logins.ts';
import { memberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import { usageStore } from '../../adapters/dynamodb/companies/usage-store.ts';
import { readEnvironment } from '../../infra/environment.ts';
import { readEndpoints } from '../../local/endpoints.ts';
import { type AdminCommand, type AdminDependencies, UsageError } from './run-admin.ts';

/**
 * Connects to a deployed installation by the outputs of its stack, or to the local cloud.
 * @throws UsageError if there is no such stack, or the local cloud was never started
 */
export async function connect({
  environment: name,
  prefix,
  region,
  local,
}: AdminCommand['options']): Promise<AdminDependencies> {
  if (local) return connectLocally();
  const environment = name === undefined ? undefined : readEnvironment(name);
  const deployed = prefix ?? String(environment?.settings.prefix ?? 'pressroom');
  return connectDeployed(deployed, region ?? environment?.region);
}

function connectLocally(): AdminDependencies {
  const endpoints = readEndpoints();
  if (!endpoints) throw new UsageError('The local cloud has not been started yet: run npm start.');
  const { region, rootCredentials: credentials, jobTable, cognito, dynamodb } = endpoints;
  return adminDependencies({
    cognito: new CognitoIdentityProviderClient({ region, credentials, endpoint: cognito.endpoint }),
    dynamodb: new DynamoDBClient({ region, credentials, endpoint: dynamodb }),
    userPool: cognito.userPoolId,
    jobTable,
  });
}

async function connectDeployed(prefix: string, region: string | undefined): Promise<AdminDependencies> {
  const connection = region === undefined ? {} : { region };
  const stack = `${prefix}-data`;
  const outputs = await outputsOf(new CloudFormationClient(connection), stack);
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value === undefined)
      throw new UsageError(`The stack ${stack} has no output ${name}: deploy it again.`);
    return value;
  };
  return adminDependencies({
    cognito: new CognitoIdentityProviderClient(connection),
    dynamodb: new DynamoDBClient(connection),
    userPool: output('UserPoolId'),
    jobTable: output('JobTable'),
  });
}

async function outputsOf(client: CloudFormationClient, stack: string): Promise<Map<string, string>> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    // CloudFormation has no error of its own for a stack that does not exist.
    if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error;
    throw new UsageError(
      `There is no stack ${stack} in this account and region. Give --environment, or --prefix and --region, or deploy first.`,
    );
  }
}

export interface Connection {
  readonly cognito: CognitoIdentityProviderClient;
  readonly dynamodb: DynamoDBClient;
  readonly userPool: string;
  readonly jobTable: string;
}

export function adminDependencies({ cognito, dynamodb, userPool, jobTable }: Connection): AdminDependencies {
  const documents = DynamoDBDocumentClient.from(dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    ...memberStore(documents, jobTable),
    ...usageStore(documents, jobTable),
    ...logins(cognito, userPool),
    now: () => new Date().toISOString(),
  };
}
