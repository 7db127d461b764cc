import {
  type CloudFormationClient,
  DeleteStackCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
  UpdateTerminationProtectionCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import type { DeploymentArguments } from './arguments.ts';
import { checkAccount } from './check-deployment.ts';
import { deployedStack, settingsOf } from './deployed-stack.ts';
import { emptyBucket, refuseWrites } from './empty-bucket.ts';
import { describeRemains, findRemains } from './remains.ts';
import type { StackPlace } from './stack-places.ts';

export interface DestroyDependencies {
  readonly stacks: readonly StackPlace[];
  /** Stacks that only a setting adds, and that the present settings do not: an earlier deployment may have left them. */
  readonly formerStacks: readonly StackPlace[];
  readonly cloudFormation: (region: string | undefined) => CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamoDb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
  /** `cdk destroy` of these stacks. @returns its exit code */
  readonly cdkDestroy: (stacks: readonly string[], options: readonly string[]) => Promise<number>;
  readonly say: (line: string) => void;
  readonly now: () => Date;
}

/** How often the data stack is deleted: a function that had not ended yet may have written once more. */
const maxTries = 3;

/** Enough for a distribution; a web ACL takes seconds. */
const maxDeletionSeconds = 1_800;

/**
 * Deletes the stacks of an installation. With `data=destroy` nothing stays; with `data=retain` buckets, tables and users
 * do, and are listed with their cost.
 * @returns the exit code: 0 if all is deleted, 2 if `--yes` is missing
 * @throws Error that says why nothing was deleted
 */
export async function destroyInstallation(
  { environment, config, yes, forCdk }: DeploymentArguments,
  dependencies: DestroyDependencies,
): Promise<number> {
  const { stacks, formerStacks, cloudFormation, say } = dependencies;
  await checkAccount(environment?.account, dependencies.sts);
  const dataName = `${config.prefix}-data`;
  const region = stacks.find(({ name }) => name === dataName)?.region;
  const data = await deployedStack(cloudFormation(region), dataName);
  if (!data) throw new Error(`There is no stack ${dataName}: nothing is deployed there.`);
  const deployed = settingsOf(data).data ?? 'retain';
  if (deployed !== config.data)
    throw new Error(
      `The installation is deployed with data=${deployed}, and this command was given data=${config.data}. Deploy with data=${config.data} before, or give data=${deployed}.`,
    );

  const kept = await resourcesOf(cloudFormation(region), dataName);
  if (config.data === 'retain') {
    say('These stay, and cost from then on:');
    for (const line of describeRemains(await findRemains(kept, dependencies, dependencies.now()))) say(line);
  } else say('Everything is deleted: all media, all records and all users.');
  if (!yes) {
    say('Nothing is deleted yet. Repeat the command with --yes.');
    return 2;
  }

  for (const stack of stacks) await unprotect(cloudFormation(stack.region), stack.name);
  const options = ['--force', ...forCdk];
  const consoleName = `${config.prefix}-console`;
  const siteName = `${config.prefix}-site`;
  const others = stacks.map(({ name }) => name).filter((name) => name !== dataName && name !== consoleName);
  // Nothing refers to it, and its files are no data.
  if ([...stacks, ...formerStacks].some(({ name }) => name === siteName))
    await emptyBuckets(await bucketsOf(cloudFormation(region), siteName), dependencies);
  const code = await dependencies.cdkDestroy(others, options);
  if (code !== 0) return code;
  for (const stack of formerStacks) await deleteFormer(cloudFormation(stack.region), stack.name);

  const buckets = kept.filter(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket');
  for (let tries = 1; ; tries++) {
    if (config.data === 'destroy') await emptyBuckets(buckets, dependencies);
    const last = await dependencies.cdkDestroy([dataName], options);
    if (last === 0) break;
    if (config.data === 'retain' || tries === maxTries) return last;
  }

  // Last, since the data stack has the console's address. Its files are no data.
  await emptyBuckets(await bucketsOf(cloudFormation(region), consoleName), dependencies);
  return dependencies.cdkDestroy([consoleName], options);
}

async function emptyBuckets(
  buckets: readonly StackResourceSummary[],
  { s3, say }: DestroyDependencies,
): Promise<void> {
  // All of them before any is emptied: the requests that empty one are logged in another.
  const names = buckets.flatMap(({ PhysicalResourceId: name }) => (name === undefined ? [] : [name]));
  const existing: string[] = [];
  for (const name of names) {
    const exists = await refuseWrites(s3, name).then(
      () => true,
      (error: Error) => {
        if (error.name !== 'NoSuchBucket') throw error;
        return false;
      },
    );
    if (exists) existing.push(name);
  }
  for (const name of existing) say(`${name}: ${await emptyBucket(s3, name)} versions deleted`);
}

/** @returns none if there is no such stack */
async function bucketsOf(
  cloudFormation: CloudFormationClient,
  name: string,
): Promise<StackResourceSummary[]> {
  if (!(await deployedStack(cloudFormation, name))) return [];
  const resources = await resourcesOf(cloudFormation, name);
  return resources.filter(({ ResourceType }) => ResourceType === 'AWS::S3::Bucket');
}

/** The CDK knows only stacks that are in the app. */
async function deleteFormer(cloudFormation: CloudFormationClient, name: string): Promise<void> {
  if (!(await deployedStack(cloudFormation, name))) return;
  await unprotect(cloudFormation, name);
  await cloudFormation.send(new DeleteStackCommand({ StackName: name }));
  await waitUntilStackDeleteComplete(
    { client: cloudFormation, maxWaitTime: maxDeletionSeconds },
    { StackName: name },
  );
}

async function unprotect(cloudFormation: CloudFormationClient, name: string): Promise<void> {
  if (!(await deployedStack(cloudFormation, name))) return;
  await cloudFormation.send(
    new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
  );
}

async function resourcesOf(
  cloudFormation: CloudFormationClient,
  name: string,
): Promise<StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(
      new ListStackResourcesCommand({ StackName: name, ...(NextToken && { NextToken }) }),
    );
    found.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
