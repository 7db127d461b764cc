/**
 * `npm run preflight -- <environment>`: checks what a deployment needs of its account, prints what is missing and how to
 * get it, and writes the account's Lambda concurrency into the environment's file. Exit code 1 if something is missing.
 */
import { ACMClient } from '@aws-sdk/client-acm';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { STSClient } from '@aws-sdk/client-sts';
import { edgeRegion } from '../infra/constructs/global-name.ts';
import { checkRegion } from '../infra/regions.ts';
import { readArguments } from './deployment/arguments.ts';
import { commandErrorText } from './deployment/command-error.ts';
import { printFinding } from './preflight/finding.ts';
import { runPreflight } from './preflight/run-preflight.ts';
import { saveConcurrency } from './preflight/save-concurrency.ts';

try {
  const { name, environment, config } = readArguments(process.argv.slice(2));
  if (name === undefined || environment === undefined)
    throw new Error(
      'Name an environment: npm run preflight -- <environment>. Each is a file environments/<name>.json.',
    );
  const { region } = environment;
  checkRegion(region);
  const { findings, accountConcurrency } = await runPreflight(
    environment,
    config,
    [...new Set([region, edgeRegion])],
    {
      acm: (place) => new ACMClient({ region: place }),
      cloudFormation: (place) => new CloudFormationClient({ region: place }),
      // A service of the whole account, in us-east-1.
      cloudFront: new CloudFrontClient({ region: 'us-east-1' }),
      lambda: new LambdaClient({ region }),
      serviceQuotas: new ServiceQuotasClient({ region }),
      ses: new SESv2Client({ region }),
      sts: new STSClient({ region }),
    },
  );
  for (const finding of findings) console.log(printFinding(finding));
  if (accountConcurrency !== undefined && saveConcurrency(name, accountConcurrency))
    console.log(`environments/${name}.json: accountConcurrency is now ${accountConcurrency}.`);
  const missing = findings.filter(({ level }) => level === 'missing').length;
  console.log(missing === 0 ? 'Nothing is missing.' : `Missing: ${missing}.`);
  process.exitCode = missing === 0 ? 0 : 1;
} catch (error) {
  console.error(commandErrorText(error));
  process.exitCode = 1;
}
