/**
 * `npm run destroy -- <environment> [--yes]`: deletes all stacks of an installation. What stays, and what it costs, is
 * printed before; without `--yes` nothing is deleted.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { readArguments } from './deployment/arguments.ts';
import { commandErrorText } from './deployment/command-error.ts';
import { destroyInstallation } from './deployment/destroy-installation.ts';
import { runCdk } from './deployment/run-cdk.ts';
import { stackPlaces } from './deployment/stack-places.ts';

try {
  const given = readArguments(process.argv.slice(2));
  const target = given.environment ? { region: given.environment.region } : {};
  const { stacks, former } = stackPlaces(given.given, given.environment);
  process.exitCode = await destroyInstallation(given, {
    stacks,
    formerStacks: former,
    cloudFormation: (region) => new CloudFormationClient(region === undefined ? {} : { region }),
    cloudWatch: new CloudWatchClient(target),
    dynamoDb: new DynamoDBClient(target),
    s3: new S3Client(target),
    sts: new STSClient(target),
    cdkDestroy: (names, options) => runCdk('destroy', names, options),
    say: (line) => console.log(line),
    now: () => new Date(),
  });
} catch (error) {
  console.error(commandErrorText(error));
  process.exitCode = 1;
}
