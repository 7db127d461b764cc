import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import {
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Client, createClient, type OperationResponse } from '@pressroom/client/create-client';
import { multipartAbove } from '@pressroom/client/upload';
import sharp from 'sharp';
import { logins } from '../adapters/cognito/logins.ts';
import { memberStore } from '../adapters/dynamodb/companies/member-store.ts';
import { companyListKey, memberKey, membershipKey } from '../adapters/dynamodb/keys.ts';
import { createCompany } from '../application/companies/create-company.ts';
import { isTerminal } from '../domain/jobs/job.ts';
import type { Delivered } from '../local/fetch-delivered.ts';
import { type Login, signIn } from '../local/sample-users.ts';
import { makeFilm } from '../samples/make-samples.ts';
import type { SmokeStep } from './run-smoke.ts';
import type { SmokeTarget } from './smoke-target.ts';

type JobResponse = OperationResponse<'readJob'>;

interface SmokeFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Rules of the style sheet: some 15 kB, which CloudFront compresses. */
const smokeRules = 400;

/** Milliseconds between two looks at something that takes seconds. */
const pollMs = 250;

/** Milliseconds: EventBridge Scheduler needs some time before a schedule's first run. */
const minLeadTimeMs = 10_000;

const minuteMs = 60_000;

/**
 * The proof that an installation works: a company of its own with one member uploads, publishes, fetches, invalidates,
 * schedules, exports a log and gets mail. The last step removes what the others made.
 * @param run part of the company's name; different for each run
 */
export function smokeSteps(target: SmokeTarget, run: string): SmokeStep[] {
  const company = `smoke-${run}`;
  const login: Login = {
    role: 'admin',
    // SES accepts mail to this address from every account and never counts it as a bounce.
    name: `success+${company}@simulator.amazonses.com`,
    password: `Aa1!${randomBytes(12).toString('base64url')}`,
  };
  const { directory, patienceMs } = target;
  const documents = DynamoDBDocumentClient.from(directory.dynamodb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  let subject = '';
  let client: Client;
  let film: Buffer = Buffer.alloc(0);
  let imageUrl = '';
  let first: Delivered | undefined;
  let publishJobId = '';
  let scheduleId: string | undefined;
  const jobIds: string[] = [];

  async function until<T>(what: string, read: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const value = await read();
      if (isDone(value)) return value;
      if (Date.now() > deadline) {
        const seconds = Math.round(patienceMs / 1000);
        throw new Error(`${what} within ${seconds} s. Last seen: ${JSON.stringify(value).slice(0, 300)}`);
      }
      await wait(pollMs);
    }
  }

  /** @throws Error unless the job succeeds with this number of assets */
  async function expectJob(jobId: string, done: number): Promise<JobResponse> {
    jobIds.push(jobId);
    const job = await until(
      `The job ${jobId} did not finish`,
      () => client.call('readJob', { params: { jobId } }),
      ({ status }) => isTerminal(status),
    );
    if (job.status === 'succeeded' && job.counts.done === done) return job;
    throw new Error(
      `The job "${job.name}" (${jobId}): expected succeeded with ${done} done, got ${job.status} with ${JSON.stringify(job.counts)}${job.reason ? `, ${job.reason}` : ''}`,
    );
  }

  async function upload(files: readonly SmokeFile[], publishAfterUploading: boolean): Promise<void> {
    const contents = files.map(({ name, type, bytes }) => ({
      name,
      type,
      content: new Blob([new Uint8Array(bytes)]),
    }));
    const { job } = await client.upload(contents, { publishAfterUploading });
    await expectJob(job.id, files.length);
  }

  const statusOf = async (url: string) => (await target.deliver(url)).status;

  const steps: SmokeStep[] = [
    {
      name: 'company',
      title: 'Create a company with a member and sign in',
      needs: [],
      hint: 'Look at the user pool and the job table; with mfa=required no program can sign in by password.',
      async work() {
        const created = await createCompany(
          company,
          { email: login.name, by: 'operator' },
          {
            ...memberStore(documents, directory.jobTable),
            ...logins(directory.cognito, directory.userPoolId),
            now: () => new Date().toISOString(),
          },
        );
        subject = created.member.subject;
        await directory.cognito.send(
          new AdminSetUserPasswordCommand({
            UserPoolId: directory.userPoolId,
            Username: login.name,
            Password: login.password,
            Permanent: true,
          }),
        );
        let token = await signIn(directory, login);
        client = createClient(
          target.apiUrl,
          async ({ renew }) => {
            if (renew) token = await signIn(directory, login);
            return token;
          },
          { company },
        );
        await client.call('listFolders');
        return `${company}, ${login.name}`;
      },
    },
    {
      name: 'upload',
      title: 'Upload a picture, a style sheet and a film',
      needs: ['company'],
      hint: 'See docs/operations.md, "ingest-upload errors".',
      async work() {
        film = await makeFilm();
        await upload(
          [await picture('#8a2be2'), styleSheet('smoke', smokeRules), filmFile('smoke', film)],
          false,
        );
        const { urls } = await client.call('readAsset', { params: { id: 'smoke-picture' } });
        imageUrl = `${urls.image}?wid=80&fmt=webp`;
        const status = await statusOf(imageUrl);
        if (status !== 404)
          throw new Error(`${imageUrl}: expected 404 before the picture is published, got ${status}`);
        return 'three files, not published yet: 404';
      },
    },
    {
      name: 'multipart',
      title: 'Upload a film of more than 100 MiB in parts',
      needs: ['upload'],
      hint: 'See docs/operations.md, "ingest-upload errors". On a slow line, leave the step out with --without multipart.',
      async work() {
        const bytes = longFilm(film, multipartAbove + 1_000_000);
        await upload([filmFile('smoke-long', bytes)], false);
        const asset = await client.call('readAsset', { params: { id: 'smoke-long-film' } });
        if (asset.bytes !== bytes.length)
          throw new Error(`The film has ${asset.bytes} bytes, expected ${bytes.length}`);
        return `${(bytes.length / 1e6).toFixed(0)} MB`;
      },
    },
    {
      name: 'preview',
      title: 'Preview the picture and a range of the film',
      needs: ['upload'],
      hint: 'See docs/operations.md, "serve-image errors", and the behaviour /preview/* of the distribution.',
      async work() {
        const { url } = await client.call('createPreview', { body: { assetId: 'smoke-picture' } });
        const shown = await target.deliver(`${url}?wid=80&fmt=auto`, { accept: 'image/webp' });
        const caching = shown.headers['cache-control'] ?? '';
        if (
          shown.status !== 200 ||
          shown.headers['content-type'] !== 'image/webp' ||
          !/^private/.test(caching)
        )
          throw new Error(
            `${url}: expected a private WebP, got ${shown.status}, ${shown.headers['content-type']}, ${caching}`,
          );
        const { previewUrl = '' } = await client.call('readAsset', { params: { id: 'smoke-film' } });
        const range = await target.deliver(previewUrl, { range: 'bytes=100-299' });
        if (range.status !== 206 || !range.body.equals(film.subarray(100, 300)))
          throw new Error(
            `${previewUrl}: expected 206 with bytes 100 to 299, got ${range.status}, ${range.body.length} bytes`,
          );
        return `${shown.bytes} bytes, and ${range.headers['content-range']}`;
      },
    },
    {
      name: 'publish',
      title: 'Publish everything',
      needs: ['upload'],
      hint: 'See docs/operations.md, "publish-job failed" and "publish-part errors".',
      async work() {
        const { items } = await client.call('listAssets', { query: { limit: 100 } });
        const { id } = await client.call('submitJob', { body: { name: 'Smoke publish', publish: 'new' } });
        const job = await expectJob(id, items.length);
        publishJobId = id;
        return `${job.counts.done} assets`;
      },
    },
    {
      name: 'image',
      title: 'Fetch the picture, then its copy in the cache',
      needs: ['publish'],
      hint: 'See docs/operations.md, "serve-image errors".',
      async work() {
        // The edge keeps the 404 from before for five seconds.
        first = await until(
          `${imageUrl} was not delivered`,
          () => target.deliver(imageUrl),
          ({ status }) => status === 200,
        );
        const type = first.headers['content-type'];
        const { format, width } = await sharp(first.body).metadata();
        if (type !== 'image/webp' || format !== 'webp' || width !== 80)
          throw new Error(
            `${imageUrl}: expected a WebP of 80 pixels, got ${type}, ${format} of ${width} pixels`,
          );
        // Two requests may reach two edge servers.
        const again = await until(
          `${imageUrl} was never delivered from the cache`,
          () => target.deliver(imageUrl).then(({ headers }) => headers['x-cache'] ?? ''),
          (state) => state.startsWith('Hit'),
        );
        return `${first.bytes} bytes, ${first.milliseconds.toFixed(0)} ms, then ${again}`;
      },
    },
    {
      name: 'video',
      title: 'Fetch a range of the film',
      needs: ['publish'],
      hint: 'Look at the access logs of the CDN and the policy of the video bucket.',
      async work() {
        const { urls } = await client.call('readAsset', { params: { id: 'smoke-film' } });
        const range = await target.deliver(urls.video ?? '', { range: 'bytes=100-299' });
        const { status, body, headers } = range;
        const isRight =
          status === 206 &&
          headers['content-range'] === `bytes 100-299/${film.length}` &&
          body.equals(film.subarray(100, 300));
        if (!isRight)
          throw new Error(
            `${urls.video}: expected 206 with bytes 100 to 299 of ${film.length}, got ${status} with ${headers['content-range'] ?? 'no content-range'}, ${body.length} bytes`,
          );
        return headers['content-range'] ?? '';
      },
    },
    {
      name: 'compress',
      title: 'Fetch the style sheet compressed',
      needs: ['publish'],
      hint: 'Look at the behaviour /is/content/* of the distribution. A busy edge may skip the compression: try again.',
      async work() {
        const { urls } = await client.call('readAsset', { params: { id: 'smoke' } });
        const sheet = await until(
          `${urls.content} was not compressed`,
          // A copy that the edge kept uncompressed stays so: another id makes another one.
          () => target.deliver(`${urls.content}?id=${Date.now() % 1e9}`, { 'accept-encoding': 'br' }),
          ({ status, headers }) => status === 200 && headers['content-encoding'] === 'br',
        );
        const { length } = brotliDecompressSync(sheet.body);
        if (length !== styleSheet('smoke', smokeRules).bytes.length)
          throw new Error(
            `${urls.content}: expected the style sheet, got ${length} bytes after decompression`,
          );
        return `${length} bytes as ${sheet.bytes}`;
      },
    },
    {
      name: 'invalidate',
      title: 'Replace the picture and invalidate the CDN',
      needs: ['image'],
      hint: 'See docs/operations.md, "invalidate-cdn errors".',
      async work() {
        await upload([await picture('#ffa500')], true);
        const { id } = await client.call('invalidateCdn', { body: { assetIds: ['smoke-picture'] } });
        await until(
          `The invalidation ${id} was not completed`,
          () => client.call('readInvalidation', { params: { id } }),
          ({ status }) => status === 'completed',
        );
        await until(
          `${imageUrl}: the new picture was not delivered`,
          () => target.deliver(imageUrl).then(({ status, sha256 }) => ({ status, sha256 })),
          ({ status, sha256 }) => status === 200 && sha256 !== first?.sha256,
        );
        return 'the new picture is delivered';
      },
    },
    {
      name: 'schedule',
      title: 'Publish by a schedule at the next full minute',
      needs: ['company'],
      hint: 'See docs/operations.md, "start-job dead-letters" and "start-job errors".',
      async work() {
        await upload([styleSheet('smoke-scheduled', 1)], false);
        const due = Math.ceil((Date.now() + minLeadTimeMs) / minuteMs) * minuteMs;
        const schedule = await client.call('createSchedule', {
          body: {
            name: 'Smoke schedule',
            rule: { repeat: 'once', at: new Date(due).toISOString().slice(0, 16) },
            timeZone: 'UTC',
            job: { publish: 'new' },
          },
        });
        scheduleId = schedule.id;
        await target.waitUntil(due);
        const { lastRun } = await until(
          `The schedule ${schedule.id}, due at ${new Date(due).toISOString()}, did not start its job`,
          () => client.call('readSchedule', { params: { id: schedule.id } }),
          (now) => now.lastRun !== undefined,
        );
        const jobId = lastRun?.jobId ?? '';
        await until(
          `The job ${jobId} of the schedule did not finish`,
          () => client.call('readJob', { params: { jobId } }),
          ({ status }) => isTerminal(status),
        );
        const { published } = await client.call('readAsset', { params: { id: 'smoke-scheduled' } });
        if (!published) throw new Error(`The job ${jobId} of the schedule did not publish the style sheet`);
        return `job ${jobId}`;
      },
    },
    {
      name: 'export',
      title: 'Export the log of the publish job',
      needs: ['publish'],
      hint: 'See docs/operations.md, "export-log errors" and "export-log dead-letters".',
      async work() {
        const exported = await until(
          `The log of the job ${publishJobId} was not exported`,
          async () => {
            const response = await client.send('downloadJobLog', {
              params: { jobId: publishJobId },
              query: { link: 'always', format: 'csv' },
            });
            return { status: response.status, body: (await response.json()) as { url?: string } };
          },
          ({ status }) => status === 200,
        );
        const file = await fetch(exported.body.url ?? '');
        const text = await file.text();
        if (!file.ok || !text.includes('smoke-picture'))
          throw new Error(
            `The exported log has no entry about smoke-picture: ${file.status}, ${text.slice(0, 200)}`,
          );
        return `${text.trim().split('\r\n').length - 1} entries`;
      },
    },
    {
      name: 'mail',
      title: 'Get mail about a job',
      needs: ['company'],
      hint: 'See docs/operations.md, "send-notification errors" and "send-notification dead-letters". If this installation sends no mail, leave the step out with --without mail.',
      async work() {
        const { id } = await client.call('submitJob', {
          body: { name: 'Smoke mail', publish: 'new', email: 'completion' },
        });
        const notice = await until(
          `The log of the job ${id} has no notice of a mail`,
          async () => {
            const { items } = await client.call('readJobLog', { params: { jobId: id } });
            return items.filter(({ outcome }) => outcome === 'notice').map(({ message }) => message);
          },
          (messages) => messages.length > 0,
        );
        const [message = ''] = notice;
        if (!message.includes('sent to 1 member.') || message.includes('refused'))
          throw new Error(`Expected one mail that the mail service accepts, got "${message}"`);
        return message;
      },
    },
    {
      name: 'clean-up',
      title: 'Remove everything that this run made',
      needs: ['company'],
      hint: `What is left belongs to the company "${company}" and to the user "${login.name}".`,
      async work() {
        const { items: jobs } = await client.call('listJobs', { query: { state: 'active' } });
        for (const { id } of jobs) await client.call('cancelJob', { params: { jobId: id } });
        if (scheduleId !== undefined) await client.call('deleteSchedule', { params: { id: scheduleId } });
        const { items } = await client.call('listAssets', { query: { limit: 100 } });
        const assetIds = items.map(({ id }) => id);
        if (assetIds.length > 0) {
          await until(
            'Not every asset went to the trash',
            () => client.call('trashAssets', { body: { assetIds } }),
            ({ remaining }) => !remaining,
          );
          await until(
            'The trash was not emptied',
            () => client.call('emptyTrash', { body: {} }),
            ({ remaining }) => !remaining,
          );
        }
        if (imageUrl !== '')
          await until(
            `${imageUrl} is still delivered`,
            () => statusOf(imageUrl),
            (status) => status === 404,
          );
        const keys = [memberKey(company, subject), membershipKey(subject, company), companyListKey(company)];
        for (const Key of keys)
          await documents.send(new DeleteCommand({ TableName: directory.jobTable, Key }));
        await directory.cognito.send(
          new AdminDeleteUserCommand({ UserPoolId: directory.userPoolId, Username: login.name }),
        );
        return `${assetIds.length} assets; records and logs of ${jobIds.length} jobs stay for 13 months`;
      },
    },
  ];
  return steps;
}

async function picture(background: string): Promise<SmokeFile> {
  const image = sharp({ create: { width: 160, height: 120, channels: 3, background } });
  return { name: 'smoke-picture.png', type: 'image/png', bytes: await image.png().toBuffer() };
}

function styleSheet(name: string, rules: number): SmokeFile {
  const text = Array.from({ length: rules }, (_, index) => `.smoke-${index} { color: #123456; }\n`).join('');
  return { name: `${name}.css`, type: 'text/css', bytes: Buffer.from(text) };
}

function filmFile(name: string, bytes: Buffer): SmokeFile {
  return { name: `${name}-film.mp4`, type: 'video/mp4', bytes };
}

/** The film, made longer by a box that players skip. */
function longFilm(film: Buffer, bytes: number): Buffer {
  const box = Buffer.alloc(bytes - film.length);
  box.writeUInt32BE(box.length, 0);
  box.write('free', 4, 'latin1');
  return Buffer.concat([film, box]);
}
