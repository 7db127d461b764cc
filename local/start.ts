/**
 * `npm start`: starts the local cloud, does the main job on sample media, and keeps the system running.
 *   --once    do the main job, stop everything, and exit (0, or 1 with the reason)
 *   --fresh   delete the data of earlier starts first
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClient } from '@pressroom/client/create-client';
import { type Cloud, startCloud } from '@pressroom/local-aws/start-cloud';
import { makeSamples, type Sample } from '../samples/make-samples.ts';
import { type GalleryResult, gallerySteps } from './demo/gallery-steps.ts';
import { type MainJobResult, mainJobSteps } from './demo/main-job-steps.ts';
import { type ScheduleResult, scheduleSteps } from './demo/schedule-steps.ts';
import { type SetResult, setSteps } from './demo/set-steps.ts';
import type { Step } from './demo/step.ts';
import { addressOf, outputOf, writeEndpoints } from './endpoints.ts';
import { fetchDelivered } from './fetch-delivered.ts';
import { writeLastRun } from './last-run.ts';
import { writeLocalProfiles } from './local-profiles.ts';
import { runSteps, type Timing } from './run-steps.ts';
import { type Directory, type Login, seedSampleUsers, signIn } from './sample-users.ts';
import { serveConsole } from './serve-console.ts';
import { serveSite } from './serve-site.ts';
import { serveViewers } from './serve-viewers.ts';
import { localSettings, synthesise } from './synthesise.ts';

const company = 'brightside';
const root = join(import.meta.dirname, '..');
const stateFolder = join(root, '.local', 'cloud');

const usage = `npm start [-- --once] [-- --fresh]
  --once    do the main job, stop everything, exit 0 (or 1 with the reason)
  --fresh   delete the data of earlier starts first`;

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
  // Handled every time, not once: a second Ctrl-C, or a terminal that closes after the first one, must not end this
  // process before the processes that it started are stopped.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});
// Writing to a terminal that was closed must not end this process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** Stops everything that was started. Further calls wait for the first one. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    console.log('\nStopping …');
    await Promise.all(stopServers.map((stopServer) => stopServer()));
    await cloud?.stop();
    console.log('Everything is stopped.');
  })();
  return stopping;
}

const begun = performance.now();
const timings: Timing[] = [];
let mainJob: MainJobResult = {};
let sets: SetResult = {};
let schedule: ScheduleResult = {};
let gallery: GalleryResult = {};
const stopServers: (() => Promise<void>)[] = [];
let failure: string | undefined;
/** Logins of the sample company, once there are any. */
let signedIn: readonly Login[] | undefined;

const work = run().catch((error: unknown) => {
  failure = error instanceof Error ? error.message : String(error);
});
await Promise.race([work, interrupted]);
writeLastRun({ failure, timings, totalMilliseconds: performance.now() - begun, mainJob, sets, schedule });
if (failure !== undefined) {
  console.error(`\n✗ ${failure}`);
  // The system itself is up: what failed is only its demonstration.
  if (options.once || signedIn === undefined) {
    await stop();
    process.exit(1);
  }
  console.error('The demonstration failed, but the system stays up.');
  printSummary(runningCloud(), signedIn, mainJob);
}
if (!options.once) {
  console.log('\nPress Ctrl-C to stop everything. The next start keeps the data.');
  await interrupted;
}
await stop();
process.exit(0);

async function run(): Promise<void> {
  const assembly = join(root, '.local', 'cdk.out');
  let samples: Sample[] = [];
  let logins: Login[] = [];
  let directory: Directory | undefined;
  let viewers = '';

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
        report(`ready after ${secondsSinceStart()} s`);
      },
    },
    {
      title: 'Build the web console and the viewers',
      async work(report) {
        report(await serveConsole(runningCloud()));
        viewers = await serveViewers(runningCloud());
      },
    },
    {
      title: 'Create the sample company and its members',
      async work(report) {
        const running = runningCloud();
        directory = directoryOf(running);
        logins = await seedSampleUsers(directory, company, stateFolder);
        writeEndpoints(running, company, logins);
        writeLocalProfiles(running, company, logins);
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

  const running = runningCloud();
  const users = directory;
  signedIn = logins;
  const admin = logins.find((login) => login.role === 'admin');
  if (!admin || !users) throw new Error('The sample company has no admin');
  const token = await signIn(users, admin);
  const certificate = readFileSync(running.certificateFile, 'utf8');
  const parts = {
    admin: createClient(addressOf(running, 'api'), ({ renew }) => (renew ? signIn(users, admin) : token), {
      company,
    }),
    run: countRun(),
    deliver: (url: string) => fetchDelivered(url, certificate),
  };
  const demo = {
    main: mainJobSteps({ ...parts, samples }),
    sets: setSteps(parts),
    schedule: scheduleSteps(parts),
    gallery: gallerySteps(parts, {
      company,
      delivery: addressOf(running, 'delivery'),
      plain: addressOf(running, 'delivery-plain'),
      viewers,
    }),
  };
  mainJob = demo.main.result;
  sets = demo.sets.result;
  schedule = demo.schedule.result;
  gallery = demo.gallery.result;
  stopServers.push(demo.schedule.stop, demo.gallery.stop);
  await perform([...demo.main.steps, ...demo.sets.steps, ...demo.gallery.steps]);
  printLimits(running);
  printSummary(running, logins, mainJob);
  if (!options.once) serveSiteInBackground(running);
  await perform(demo.schedule.steps);
}

/** Not before the main job: where the documentation has changed, building it takes 12 s. */
function serveSiteInBackground(running: Cloud): void {
  const abort = new AbortController();
  const served = serveSite(running, abort.signal).then(
    (address) => console.log(`The documentation is ready: ${address}`),
    (error: unknown) => {
      if (!abort.signal.aborted) console.error(`${error instanceof Error ? error.message : error}`);
    },
  );
  stopServers.push(async () => {
    abort.abort();
    await served;
  });
}

function perform(steps: readonly Step[]): Promise<void> {
  return runSteps(steps, (timing) => timings.push(timing));
}

function secondsSinceStart(): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}

/** The counts at the beginning of a text such as "12 of 128 resources". */
function countOf(text: string): { done: number; total: number } | undefined {
  const [, done, total] = /^(\d+) of (\d+)/.exec(text) ?? [];
  return done && total ? { done: Number(done), total: Number(total) } : undefined;
}

function runningCloud(): Cloud {
  if (!cloud) throw new Error('The local cloud is not running');
  return cloud;
}

function directoryOf(running: Cloud): Directory {
  const connection = { region: running.region, credentials: running.rootCredentials };
  return {
    cognito: new CognitoIdentityProviderClient({ ...connection, endpoint: running.ministackEndpoint }),
    dynamodb: new DynamoDBClient({ ...connection, endpoint: running.ownEndpoint }),
    userPoolId: outputOf(running, 'UserPoolId'),
    clientId: outputOf(running, 'UserPoolClientId'),
    jobTable: outputOf(running, 'JobTable'),
  };
}

/** Counts the starts on this state folder, including this one. */
function countRun(): number {
  const file = join(stateFolder, 'runs.json');
  const runs = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { runs: number }).runs + 1 : 1;
  writeFileSync(file, JSON.stringify({ runs }));
  return runs;
}

/** Prints the parts of the template that this machine cannot provide. */
function printLimits(running: Cloud): void {
  console.log(['', ...running.unhonoured, running.awsOnly].join('\n'));
}

function printSummary(running: Cloud, logins: readonly Login[], { deliveredUrl }: MainJobResult): void {
  const lines =
    failure === undefined ? ['', `✓ The main job is done, ${secondsSinceStart()} s after the start.`] : [];
  if (!options.once) {
    const api = addressOf(running, 'api');
    const delivery = addressOf(running, 'delivery');
    const [image] = (deliveredUrl ?? delivery).split('?');
    lines.push(
      '',
      `Console        ${addressOf(running, 'console-plain')}`,
      `Documentation  ${addressOf(running, 'site-plain')}   (built in the background)`,
      '',
      `Logins of the company "${company}"`,
      ...logins.map((login) => `  ${login.role.padEnd(7)} ${login.name}   ${login.password}`),
      '',
      'Addresses',
      ...(gallery.address === undefined
        ? []
        : [
            `  Gallery    ${gallery.address}   (every image command with its picture, and a field for your own)`,
            `  Viewers    ${gallery.viewersAddress}   (every viewer with live samples)`,
          ]),
      `  API        ${api}/v1/openapi.json`,
      `  Delivery   ${delivery}   (HTTP/2; its certificate: ${running.certificateFile})`,
      `             ${addressOf(running, 'delivery-plain')}   (the same without TLS)`,
      `  Mail       ${addressOf(running, 'mail')}`,
      `  For programs: .local/endpoints.json, .local/last-run.json; logs of the functions: ${running.logFolder}`,
      '',
      'Try',
      '  npx pressroom ls /          npx pressroom jobs ls          npx pressroom --help',
      `  curl --http2 -k -sD- -o picture.avif '${image}?wid=800&hei=400&fit=crop&fmt=avif'`,
      `  curl --http2 -k -i '${image}?wid=wide'`,
      `  curl -H "authorization: Bearer $(npm run -s token -- user)" '${api}/v1/companies/${company}/assets?limit=3'`,
      '',
    );
  }
  console.log(lines.join('\n'));
}
