/**
 * `npm run deploy -- <environment> [--drop <setting>,…] [options of cdk deploy]`: checks account and settings, then
 * deploys all stacks.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import { readArguments } from './deployment/arguments.ts';
import { checkDeployment } from './deployment/check-deployment.ts';
import { runCdk } from './deployment/run-cdk.ts';

try {
  const given = readArguments(process.argv.slice(2));
  const target = given.environment ? { region: given.environment.region } : {};
  const lines = await checkDeployment(given, {
    cloudFormation: new CloudFormationClient(target),
    sts: new STSClient(target),
  });
  console.log(lines.join('\n'));
  process.exitCode = await runCdk('deploy', ['--all'], given.forCdk);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
