/**
 * `npm start`: the local cloud, the main job on sample media, and then a system that stays up to be tried.
 *   --once    do the main job, stop everything, and exit (0, or 1 with the reason)
 *   --fresh   forget what earlier starts left
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Cloud, startCloud } from '@pressroom/local-aws/start-cloud';
import { Listr, type ListrGetRendererClassFromValue, type ListrTaskWrapper } from 'listr2';
import { makeSamples, type Sample } from '../samples/make-samples.ts';
import { createApiClient } from './api-client.ts';
import { fetchDelivered } from './fetch-delivered.ts';
import { cacheStateOf, type MainJobResult, mainJobSteps, type Report, type Step } from './main-job.ts';
import { type SampleScheduleResult, sampleScheduleSteps } from './sample-schedule.ts';
import { type SampleSetsResult, sampleSetsSteps } from './sample-sets.ts';
import { type Directory, type Login, seedSampleUsers, signIn } from './sample-users.ts';
import { localSettings, synthesise } from './synthesise.ts';

const company = 'brightside';
const root = join(import.meta.dirname, '..');
const stateFolder = join(root, '.local', 'cloud');

const usage = `npm start [-- --once] [-- --fresh]
  --once    do the main job, stop everything, exit 0 (or 1 with the reason)
  --fresh   forget what earlier starts left`;

let options: { once?: boolean; fresh?: boolean; help?: boolean };
try {
  options = parseArgs({
    options: { once: { type: 'boolean' }, fresh: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  }).values;
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exit(2);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}

let cloud: Cloud | undefined;
let stopping: Promise<void> | undefined;
const interrupted = new Promise<void>((resolve) => {
  // Caught each time, not once: a second Ctrl-C, or the terminal that closes behind the first, must not end this
  // process before what it started is stopped.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});
// A terminal that is gone takes no more words.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** Stops all that was started, once, however often it is asked. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    console.log('\nStopping …');
    await stopReceiver?.();
    await cloud?.stop();
    console.log('Everything is stopped.');
  })();
  return stopping;
}

const begun = performance.now();
const timings: { step: string; milliseconds: number }[] = [];
let outcome: MainJobResult = {};
let setsOutcome: SampleSetsResult = {};
let scheduleOutcome: SampleScheduleResult = {};
let stopReceiver: (() => Promise<void>) | undefined;
let failure: string | undefined;

const work = run().catch((error: unknown) => {
  failure = error instanceof Error ? error.message : String(error);
});
await Promise.race([work, interrupted.then(() => (failure ??= undefined))]);
writeLastRun();
if (failure !== undefined) {
  console.error(`\n✗ ${failure}`);
  await stop();
  process.exit(1);
}
if (!options.once) await interrupted;
await stop();
process.exit(0);

async function run(): Promise<void> {
  const assembly = join(root, '.local', 'cdk.out');
  let samples: Sample[] = [];
  let logins: Login[] = [];
  let directory: Directory | undefined;

  await perform([
    {
      title: 'Synthesise the app',
      async work() {
        await synthesise(assembly, localSettings);
      },
    },
    {
      title: 'Start the local cloud from the template',
      async work(report) {
        cloud = await startCloud({
          assembly,
          stateFolder,
          mailFolder: join(root, '.local', 'mail'),
          fresh: options.fresh ?? false,
          onProgress: (text) => report(text, countOf(text)),
        });
        report(`ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      },
    },
    {
      title: 'Make the sample company and its people',
      async work(report) {
        const up = started();
        directory = directoryOf(up);
        logins = await seedSampleUsers(directory, company, stateFolder);
        writeEndpoints(up, logins);
        report(logins.map((login) => login.name).join(', '));
      },
    },
    {
      title: 'Draw the sample media',
      async work(report) {
        samples = await makeSamples(join(root, '.local', 'samples'), (done, total) =>
          report('drawing', { done, total }),
        );
        const megabytes = samples.reduce((sum, sample) => sum + sample.bytes.length, 0) / 1e6;
        report(`${samples.length} files, ${megabytes.toFixed(1)} MB`);
      },
    },
  ]);

  const up = started();
  const admin = logins.find((login) => login.role === 'admin');
  if (!admin || !directory) throw new Error('The sample company has no admin');
  const token = await signIn(directory, admin);
  const certificate = readFileSync(up.certificateFile, 'utf8');
  const parts = {
    admin: createApiClient(addressOf(up, 'api'), company, token),
    run: countRun(),
    deliver: (url: string) => fetchDelivered(url, certificate),
  };
  const { steps, result } = mainJobSteps({ ...parts, samples });
  outcome = result;
  const sets = sampleSetsSteps(parts);
  await perform([...steps, ...sets.steps]);
  setsOutcome = sets.result;
  printLimits(up);
  printSummary(up, logins, result);
  const schedule = sampleScheduleSteps(parts);
  stopReceiver = schedule.stop;
  await perform(schedule.steps);
  scheduleOutcome = schedule.result;
  if (!options.once) console.log('\nCtrl-C stops everything; the next start finds its data again.');
}

type Task = ListrTaskWrapper<
  unknown,
  ListrGetRendererClassFromValue<'default'>,
  ListrGetRendererClassFromValue<'simple'>
>;

/** Shows the steps one after the other, each with its last word or its bar, and keeps the time each took. */
async function perform(steps: readonly Step[]): Promise<void> {
  await new Listr(
    steps.map((step) => ({
      title: step.title,
      rendererOptions: { persistentOutput: true },
      async task(_: unknown, task: Task) {
        const start = performance.now();
        let last = '';
        let shown = -1;
        const report: Report = (text, progress) => {
          last = progress ? '' : text;
          if (!progress) return;
          // A terminal shows each move of the bar in place; a log gets a line for each quarter.
          const quarter = Math.floor((progress.done * 4) / Math.max(1, progress.total));
          if (!process.stdout.isTTY && quarter <= shown) return;
          shown = quarter;
          task.output = `${bar(progress.done, progress.total)} ${progress.done}/${progress.total} ${text}`;
        };
        await step.work(report);
        const milliseconds = performance.now() - start;
        timings.push({ step: step.title, milliseconds: Math.round(milliseconds) });
        task.title = `${step.title} (${(milliseconds / 1000).toFixed(1)} s)`;
        if (last) task.output = last;
      },
    })),
    {
      concurrent: false,
      exitOnError: true,
      // A Ctrl-C in the middle of a step is ours: Listr would end the process before the cloud is stopped.
      registerSignalListeners: false,
      fallbackRenderer: 'simple',
      rendererOptions: { collapseErrors: true },
    },
  ).run();
}

/** Counts that a text begins with: "12 of 128 resources". */
function countOf(text: string): { done: number; total: number } | undefined {
  const [, done, total] = /^(\d+) of (\d+)/.exec(text) ?? [];
  return done && total ? { done: Number(done), total: Number(total) } : undefined;
}

function bar(done: number, total: number): string {
  const width = 24;
  const filled = total === 0 ? 0 : Math.round((Math.min(done, total) / total) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

function started(): Cloud {
  if (!cloud) throw new Error('The local cloud is not up');
  return cloud;
}

function addressOf(up: Cloud, name: string): string {
  const address = up.addresses[name];
  if (!address) throw new Error(`The local cloud announced no address for "${name}"`);
  return address;
}

function outputOf(up: Cloud, name: string): string {
  const value = up.outputs[name];
  if (!value) throw new Error(`The stacks have no output "${name}"`);
  return value;
}

function directoryOf(up: Cloud): Directory {
  const connection = { region: up.region, credentials: up.rootCredentials };
  return {
    cognito: new CognitoIdentityProviderClient({ ...connection, endpoint: up.ministackEndpoint }),
    dynamodb: new DynamoDBClient({ ...connection, endpoint: up.ownEndpoint }),
    userPoolId: outputOf(up, 'UserPoolId'),
    clientId: outputOf(up, 'UserPoolClientId'),
    jobTable: outputOf(up, 'JobTable'),
  };
}

/** How many times this state folder was started, this time included. */
function countRun(): number {
  const file = join(stateFolder, 'runs.json');
  const runs = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { runs: number }).runs + 1 : 1;
  writeFileSync(file, JSON.stringify({ runs }));
  return runs;
}

/** Addresses and logins for programs. Readable by its owner alone: it holds passwords. */
function writeEndpoints(up: Cloud, logins: readonly Login[]): void {
  const endpoints = {
    company,
    ...up.addresses,
    region: up.region,
    cognito: {
      endpoint: up.ministackEndpoint,
      userPoolId: outputOf(up, 'UserPoolId'),
      clientId: outputOf(up, 'UserPoolClientId'),
    },
    s3: up.ministackEndpoint,
    dynamodb: up.ownEndpoint,
    certificate: up.certificateFile,
    logins,
  };
  writeFileSync(join(root, '.local', 'endpoints.json'), `${JSON.stringify(endpoints, null, 2)}\n`, {
    mode: 0o600,
  });
}

function writeLastRun(): void {
  mkdirSync(join(root, '.local'), { recursive: true });
  const { first, fromCache, staleAfterReupload, afterInvalidation } = outcome;
  const lastRun = {
    ok: failure === undefined && scheduleOutcome.notified !== undefined,
    ...(failure === undefined ? {} : { reason: failure }),
    steps: timings,
    totalMilliseconds: Math.round(performance.now() - begun),
    ...(first
      ? {
          delivered: {
            url: first.url,
            status: first.status,
            httpVersion: first.httpVersion,
            bytes: first.bytes,
            contentType: first.headers['content-type'],
            cacheControl: first.headers['cache-control'],
            cache: {
              first: cacheStateOf(first),
              ...(fromCache ? { again: cacheStateOf(fromCache) } : {}),
              ...(staleAfterReupload ? { beforeInvalidateCdn: cacheStateOf(staleAfterReupload) } : {}),
              ...(afterInvalidation ? { afterInvalidateCdn: cacheStateOf(afterInvalidation) } : {}),
            },
            newFormShown: afterInvalidation !== undefined && afterInvalidation.sha256 !== first.sha256,
          },
        }
      : {}),
    uploadJob: outcome.uploadJob,
    publishJob: outcome.publishJob,
    sets: [setsOutcome.imageSet?.id, setsOutcome.spinSet?.id].filter((id) => id !== undefined),
    ...(setsOutcome.derived ? { derivedImage: setsOutcome.derived.id } : {}),
    ...(scheduleOutcome.notified
      ? {
          schedule: {
            description: scheduleOutcome.schedule?.description,
            startedAfterMilliseconds: scheduleOutcome.startedAfter,
            notification: scheduleOutcome.notified,
            signatureVerified: true,
          },
        }
      : {}),
  };
  writeFileSync(join(root, '.local', 'last-run.json'), `${JSON.stringify(lastRun, null, 2)}\n`);
}

/** What the template asks for and this machine cannot give. */
function printLimits(up: Cloud): void {
  console.log(['', ...up.unhonoured, up.awsOnly].join('\n'));
}

function printSummary(up: Cloud, logins: readonly Login[], result: MainJobResult): void {
  const api = addressOf(up, 'api');
  const image = result.deliveredUrl ?? addressOf(up, 'delivery');
  const lines = [
    '',
    `✓ The main job is done, ${((performance.now() - begun) / 1000).toFixed(1)} s after the start.`,
  ];
  if (!options.once) {
    lines.push(
      '',
      'Addresses',
      `  API        ${api}/v1/openapi.json`,
      `  Delivery   ${addressOf(up, 'delivery')}   (HTTP/2; its certificate: ${up.certificateFile})`,
      `  Mail       ${addressOf(up, 'mail')}`,
      `  For programs: .local/endpoints.json, .local/last-run.json; logs of the functions: ${up.logFolder}`,
      '',
      `Logins of the company "${company}"`,
      ...logins.map((login) => `  ${login.role.padEnd(7)} ${login.name}   ${login.password}`),
      '',
      'Try',
      `  curl --http2 -k -sD- -o picture.avif '${image.split('?')[0]}?wid=800&hei=400&fit=crop&fmt=avif'`,
      `  curl --http2 -k -i '${image.split('?')[0]}?wid=wide'`,
      `  curl -H "authorization: Bearer $(npm run -s token -- user)" '${api}/v1/companies/${company}/assets?limit=3'`,
      '',
    );
  }
  console.log(lines.join('\n'));
}
