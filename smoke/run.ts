/**
 * `npm run smoke -- <name>`: proves that an installation works, from the first upload to the last mail, and removes what it
 * made. Exits with 0, or with 1 after a sentence for each step that failed.
 *   <name>               an environment (environments/<name>.json), or `local` for the cloud that `npm start` runs
 *   --without <a>,<b>    leaves steps out, for example mail where the installation sends none
 */
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { readConfig } from '../infra/config.ts';
import { edgePrefix, edgeRegion } from '../infra/constructs/global-name.ts';
import { readEnvironment } from '../infra/environment.ts';
import { commandErrorText } from '../scripts/deployment/command-error.ts';
import { accountSteps } from './account-steps.ts';
import { deployedTarget, readOutputs } from './deployed-target.ts';
import { localTarget } from './local-target.ts';
import { failureOf, reportLine } from './report.ts';
import { runSmoke, type SmokeStep } from './run-smoke.ts';
import { smokeSteps } from './smoke-steps.ts';

const usage = 'npm run smoke -- <name> [--without <step>,<step>]';

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { without: { type: 'string', default: '' } },
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new Error(usage);
  const steps = await stepsFor(name);
  const without = values.without.split(',').filter((step) => step !== '');
  const unknown = without.filter((step) => !steps.some((known) => known.name === step));
  if (unknown.length > 0)
    throw new Error(
      `--without: there is no step "${unknown.join('", "')}". There are: ${steps.map((step) => step.name).join(', ')}`,
    );
  const outcomes = await runSmoke(steps, without, (outcome) => console.log(reportLine(outcome)));
  const failure = failureOf(outcomes);
  console.log(failure ?? `${name} works.`);
  if (failure !== undefined) process.exitCode = 1;
} catch (error) {
  console.error(commandErrorText(error));
  process.exitCode = 2;
}

async function stepsFor(name: string): Promise<SmokeStep[]> {
  const run = Date.now().toString(36);
  if (name === 'local') return smokeSteps(localTarget(), run);
  const { region, settings } = readEnvironment(name);
  const config = readConfig(settings);
  const cloudFormation = new CloudFormationClient({ region });
  const outputs = await readOutputs(cloudFormation, config.prefix);
  const atEdge = { region: edgeRegion };
  const account = accountSteps({
    alarms: [
      {
        stack: `${config.prefix}-observability`,
        prefix: config.prefix,
        cloudFormation,
        cloudWatch: new CloudWatchClient({ region }),
      },
      {
        stack: `${edgePrefix(config, region)}-edge`,
        prefix: edgePrefix(config, region),
        cloudFormation: new CloudFormationClient(atEdge),
        cloudWatch: new CloudWatchClient(atEdge),
      },
    ],
    assetTable: outputs('AssetTable'),
    jobTable: outputs('JobTable'),
    mastersBucket: outputs('MastersBucket'),
    dynamodb: new DynamoDBClient({ region }),
    s3: new S3Client({ region }),
    ses: new SESv2Client({ region }),
  });
  return [...account, ...smokeSteps(deployedTarget(outputs, region), run)];
}
