/**
 * The whole product in one process: the handlers of the functions as they are, wired by themselves, on clients that
 * keep tables and buckets in memory. What the cloud does between the functions is done here: events of uploads, the
 * state machine of jobs.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { memberKey } from '../../../adapters/dynamodb/keys.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { type Server, servers } from '../../../domain/delivery/server.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import { httpEvent } from '../../adapters/http/http-event.ts';
import type { Item } from './expression.ts';
import { type ApiResponse, type Library, type SeenObject, type TestMember, testMembers } from './library.ts';
import { memoryDynamodb } from './memory-dynamodb.ts';
import { etagOf, memoryS3 } from './memory-s3.ts';

const names = {
  ASSET_TABLE: 'assets',
  JOB_TABLE: 'jobs',
  UPLOAD_BUCKET: 'uploads',
  MASTERS_BUCKET: 'masters',
  JOBS_BUCKET: 'job-files',
  IMAGE_SERVING_BUCKET: 'image-serving',
  IMAGE_RENDERING_BUCKET: 'image-rendering',
  VIDEO_BUCKET: 'video',
  SERVER_DIRECTORY_BUCKET: 'server-directory',
  PUBLISH_STATE_MACHINE: 'arn:aws:states:us-east-1:000000000000:stateMachine:publish',
  INVALIDATION_QUEUE: 'https://sqs.example/withdrawn',
  EVENT_BUS: 'events',
  NOTIFICATION_QUEUE: 'https://sqs.example/notifications',
  EXPORT_QUEUE: 'https://sqs.example/exports',
  SECRET_TABLE: 'secrets',
  API_URL: 'https://api.example',
  MAIL_FROM: 'off',
  NOTIFY_LOOPBACK: 'off',
  SCHEDULE_GROUP: 'schedules',
  SCHEDULE_ROLE: 'arn:aws:iam::000000000000:role/scheduler',
  SCHEDULE_DEAD_LETTERS: 'arn:aws:sqs:us-east-1:000000000000:schedules',
  START_JOB: 'arn:aws:lambda:us-east-1:000000000000:function:start-job',
  DELIVERY_DOMAIN: 'cdn.example',
  PART_ENTRIES: '100',
  COPIES_AT_A_TIME: '25',
  RESERVE_SECONDS: '20',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
};

const roles: Readonly<Record<TestMember, Role>> = { ann: 'user', bob: 'user', admin: 'admin' };

const context = { getRemainingTimeInMillis: () => 300_000 } as Context;

type Handler<Event> = (event: Event, context: Context) => Promise<unknown>;

export interface MemoryCloud {
  /** A company of its own. */
  open(company: string): Library;
  /** Does several things at once: each call to a table or a bucket waits for its turn, which `choose` gives. */
  atOnce(works: readonly (() => Promise<unknown>)[], selectNext: (waiting: number) => number): Promise<void>;
  /** Forgets every company. */
  clear(): void;
}

export async function startMemoryCloud(): Promise<MemoryCloud> {
  for (const [name, value] of Object.entries(names)) vi.stubEnv(name, value);
  const interleaving = interleaveCalls();
  const dynamodb = memoryDynamodb(interleaving.beforeCall);
  const s3 = memoryS3(names.MASTERS_BUCKET, interleaving.beforeCall);
  const executions: { name: string; input: unknown }[] = [];

  // URLs are signed by the true client, which calls nobody for that.
  const signer = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  signer.send = s3.send as typeof signer.send;
  vi.doMock('../../../adapters/runtime/aws-clients.ts', () => ({
    documentClient: () => dynamodb,
    fastFailDocumentClient: () => dynamodb,
    s3Client: () => signer,
    fastFailS3Client: () => signer,
    sqsClient: () => ({
      async send(command: unknown) {
        if (!(command instanceof SendMessageCommand)) throw new Error('unknown to this SQS');
        return {};
      },
    }),
    schedulerClient: () => ({}),
    eventsClient: () => ({
      send: async () => ({ Entries: [] }),
    }),
    sfnClient: () => ({
      async send(command: unknown) {
        await interleaving.beforeCall();
        if (!(command instanceof StartExecutionCommand)) throw new Error('unknown to this Step Functions');
        const { name = '', input = '{}' } = command.input;
        executions.push({ name, input: JSON.parse(input) });
        return {};
      },
    }),
  }));
  const serveApi = (await import('../../../functions/serve-api/handler.ts')).handler;
  const ingestUpload = (await import('../../../functions/ingest-upload/handler.ts')).handler;
  const beginJob = (await import('../../../functions/begin-job/handler.ts')).handler as Handler<unknown>;
  const planJob = (await import('../../../functions/plan-job/handler.ts')).handler as Handler<unknown>;
  const publishPart = (await import('../../../functions/publish-part/handler.ts'))
    .handler as Handler<unknown>;
  const finishJob = (await import('../../../functions/finish-job/handler.ts')).handler as Handler<unknown>;

  /** As publish-job.asl.json has it. */
  async function runStateMachine(execution: string, input: object): Promise<void> {
    const begun = (await beginJob({ ...input, execution }, context)) as { decision: string };
    if (begun.decision === 'ignore') return;
    let state: object = begun;
    if (begun.decision === 'run') {
      let plan: { done: boolean; levels?: { manifest: string }[] };
      do {
        plan = (await planJob(state, context)) as typeof plan;
        state = plan;
      } while (!plan.done);
      for (const { manifest } of plan.levels ?? []) {
        const lines = Buffer.from(s3.buckets.get(names.JOBS_BUCKET)?.get(manifest)?.at(-1)?.body ?? []);
        for (const line of lines.toString('utf8').split('\n').filter(Boolean)) {
          await publishPart(JSON.parse(line), context);
        }
      }
    }
    await finishJob({ execution, state }, context);
  }

  async function runExecutions(): Promise<void> {
    for (let next = executions.shift(); next; next = executions.shift()) {
      await runStateMachine(next.name, next.input as object);
    }
  }

  return {
    atOnce: interleaving.atOnce,
    clear() {
      dynamodb.tables.clear();
      s3.buckets.clear();
      executions.length = 0;
    },
    open(company) {
      const members = dynamodb.tables.get(names.JOB_TABLE) ?? new Map<string, Item>();
      dynamodb.tables.set(names.JOB_TABLE, members);
      for (const person of testMembers) {
        const key = memberKey(company, person);
        members.set(`${key.pk}\n${key.sk}`, { ...key, role: roles[person] });
      }

      const call: Library['call'] = async (who, method, path, body, headers = {}) => {
        const [rawPath = '', query = ''] = path.split('?');
        const event = httpEvent({
          method,
          path: `/v1/companies/${company}${rawPath}`,
          query,
          headers,
          claims: { sub: who },
          ...(body === undefined ? {} : { body }),
        });
        const response = await serveApi(event as APIGatewayProxyEventV2WithJWTAuthorizer);
        return {
          status: response.statusCode ?? 200,
          body: JSON.parse(response.body ?? '{}') as ApiResponse['body'],
        };
      };

      return {
        company,
        call,
        async upload(who, file, options) {
          const { name, type, bytes } = file;
          const sha256 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
          const started = await call(who, 'POST', '/uploads', {
            ...options,
            files: [{ name, type, bytes: bytes.length, sha256 }],
          });
          if (started.status !== 201) return started;
          const { id } = started.body.job as { id: string };
          const key = stagedKey(company, id, 1);
          s3.put(names.UPLOAD_BUCKET, key, bytes);
          await ingestUpload(arrivalOf(key));
          return call(who, 'GET', `/jobs/${id}`);
        },
        async publishJob(who, publish) {
          const started = await call(who, 'POST', '/jobs', { publish });
          if (started.status !== 201) return started;
          await runExecutions();
          return call(who, 'GET', `/jobs/${String(started.body.id)}`);
        },
        async look() {
          const table = [...(dynamodb.tables.get(names.ASSET_TABLE)?.values() ?? [])];
          const own = (text: unknown) => String(text).split('#')[1] === company;
          const objects = (bucket: string) =>
            [...(s3.buckets.get(bucket) ?? [])].filter(([key]) => key.startsWith(`${company}/`));
          return {
            items: table.filter(({ pk }) => own(pk)),
            origins: new Map(
              servers.flatMap((server: Server) =>
                objects(server).map(([key, versions]): [string, SeenObject] => [
                  `${server}:${key}`,
                  seen(versions.at(-1)),
                ]),
              ),
            ),
            masters: new Map(
              objects(names.MASTERS_BUCKET).flatMap(([key, versions]) =>
                versions.map((version) => [`${key}@${version.versionId}`, seen(version).etag] as const),
              ),
            ),
            readMaster: async (key, versionId) =>
              Buffer.from(
                s3.buckets
                  .get(names.MASTERS_BUCKET)
                  ?.get(key)
                  ?.find((version) => version.versionId === versionId)?.body ?? [],
              ).toString('utf8'),
          };
        },
      };
    },
  };
}

/** S3's event, as the queue hands it to the function. */
function arrivalOf(key: string): SQSEvent {
  const body = JSON.stringify({ detail: { bucket: { name: names.UPLOAD_BUCKET }, object: { key } } });
  return {
    Records: [{ messageId: key, body, attributes: { ApproximateReceiveCount: '1' } }],
  } as unknown as SQSEvent;
}

function seen(
  object: { body: Uint8Array; type: string | undefined; metadata: SeenObject['metadata'] } | undefined,
): SeenObject {
  if (!object) throw new Error('an object without a version');
  return {
    etag: etagOf(object.body),
    type: object.type,
    metadata: object.metadata,
  };
}

/** Where several things are done at once, each call waits until it is chosen; time goes on with every call. */
function interleaveCalls() {
  const waiting: (() => void)[] = [];
  let many = false;
  return {
    async beforeCall(): Promise<void> {
      vi.setSystemTime(Date.now() + 1);
      if (many) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async atOnce(
      works: readonly (() => Promise<unknown>)[],
      selectNext: (waiting: number) => number,
    ): Promise<void> {
      many = true;
      let open = works.length;
      const all = Promise.all(
        works.map(async (work) => {
          try {
            await work();
          } finally {
            open -= 1;
          }
        }),
      );
      try {
        while (open > 0) {
          // Everything that can go on without a call has done so.
          await new Promise((resolve) => setImmediate(resolve));
          const [next] = waiting.splice(selectNext(waiting.length), 1);
          next?.();
        }
      } finally {
        many = false;
        for (const next of waiting.splice(0)) next();
      }
      await all;
    },
  };
}
