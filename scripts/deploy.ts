/**
 * `npm run deploy -- <environment> [--drop <setting>,…] [options of cdk deploy]`: checks account and settings, then
 * deploys all stacks, uploads console and viewers, and removes versions of functions that no job calls any more.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { readArguments } from './deployment/arguments.ts';
import { checkDeployment } from './deployment/check-deployment.ts';
import { commandErrorText } from './deployment/command-error.ts';
import { deployConsole } from './deployment/deploy-console.ts';
import { deploySite } from './deployment/deploy-site.ts';
import { deployViewers } from './deployment/deploy-viewers.ts';
import { deployedStack } from './deployment/deployed-stack.ts';
import { removeOldVersions } from './deployment/remove-old-versions.ts';
import { runCdk } from './deployment/run-cdk.ts';
import { stackPlaces } from './deployment/stack-places.ts';

try {
  const given = readArguments(process.argv.slice(2));
  const target = given.environment ? { region: given.environment.region } : {};
  const lines = await checkDeployment(given, {
    cloudFormation: new CloudFormationClient(target),
    sts: new STSClient(target),
  });
  console.log(lines.join('\n'));
  const exitCode = await runCdk('deploy', ['--all'], given.forCdk);
  process.exitCode = exitCode;
  if (exitCode === 0) {
    const clients = { cloudFormation: new CloudFormationClient(target), s3: new S3Client(target) };
    console.log(`Console: ${await deployConsole(given.config.prefix, clients)}`);
    if (given.config.site === 'on')
      console.log(`Documentation: ${await deploySite(given.config.prefix, clients)}`);
    console.log((await deployViewers(given.config.prefix, clients)).join('\n'));
    const removed = await removeOldVersions(new LambdaClient(target), given.config.prefix, Date.now());
    if (removed.length > 0) console.log(`Removed versions that no job calls any more: ${removed.join(', ')}`);
    for (const { name, region } of stackPlaces(given.given, given.environment).former)
      if (await deployedStack(new CloudFormationClient(region === undefined ? {} : { region }), name))
        console.log(
          `The stack ${name} is not used any more and still costs. Delete it: aws cloudformation delete-stack --stack-name ${name}${region === undefined ? '' : ` --region ${region}`}`,
        );
  }
} catch (error) {
  console.error(commandErrorText(error));
  process.exitCode = 1;
}
