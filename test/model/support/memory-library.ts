/**
 * The whole product in one process: the shipped handlers on a memory cloud. What AWS does between the functions is done
 * here: events of uploads, and the state machine of jobs.
 */
import type { APIGatewayProxyStructuredResultV2, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import type { Role } from '../../../domain/companies/role.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { stagedKey } from '../../../domain/uploads/staged-key.ts';
import { httpEvent, identify } from '../../adapters/http/http-event.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';
import type { MemoryBucket } from '../../support/memory-s3.ts';
import { shippedFunctions } from '../../support/shipped-functions.ts';
import { type ApiResponse, type Library, type SeenObject, type TestMember, testMembers } from './library.ts';
import { executionRunner } from './run-executions.ts';

const { UPLOAD_BUCKET, MASTERS_BUCKET } = cloudNames;

const roles: Readonly<Record<TestMember, Role>> = { ann: 'user', bob: 'user', admin: 'admin' };

export interface MemoryLibraries {
  /** A company of its own. */
  open(company: string): Library;
  /** Does several things at once: each call to a service waits for its turn, which `choose` gives. */
  atOnce(works: readonly (() => Promise<unknown>)[], selectNext: (waiting: number) => number): Promise<void>;
  /** Deletes what every company has. */
  clear(): void;
}

/** Time is that of `Date`, which advances with every call of a service. */
export function memoryLibraries(): MemoryLibraries {
  const interleaving = interleaveCalls();
  const cloud = memoryCloud({ now: Date.now });
  cloud.hook.onCall = async (_, next) => {
    await interleaving.beforeCall();
    return next();
  };
  // Tokens have tests of their own; here each name is one.
  vi.doMock('../../../application/companies/identify-caller.ts', () => ({ identifyCaller: identify }));
  const callFunction = shippedFunctions(cloud);
  const { buckets } = cloud;
  const runner = executionRunner(cloud, callFunction);

  return {
    atOnce: interleaving.atOnce,
    clear() {
      cloud.clear();
      runner.clear();
    },
    open(company) {
      const view = cloud.company(company);
      for (const member of testMembers) view.roles.set(member, roles[member]);

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
        const response = (await callFunction('serve-api', event)) as APIGatewayProxyStructuredResultV2;
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
          buckets[UPLOAD_BUCKET].put(key, bytes);
          await callFunction('ingest-upload', arrivalOf(key));
          return call(who, 'GET', `/jobs/${id}`);
        },
        async publishJob(who, publish) {
          const started = await call(who, 'POST', '/jobs', { publish });
          if (started.status !== 201) return started;
          await runner.run();
          return call(who, 'GET', `/jobs/${String(started.body.id)}`);
        },
        async look() {
          return {
            items: [...cloud.tables.assets.all()]
              .map(({ item }) => item)
              .filter(({ pk }) => String(pk).split('#')[1] === company),
            origins: new Map(
              servers.flatMap((server) =>
                keysOf(buckets[server], company).map((key) => [
                  `${server}:${key}`,
                  seen(buckets[server], key),
                ]),
              ),
            ),
            masters: new Map(
              [...buckets[MASTERS_BUCKET].objects]
                .filter(([key]) => key.startsWith(`${company}/`))
                .flatMap(([key, versions]) =>
                  versions.map(({ versionId, etag }) => [`${key}@${versionId}`, etag] as const),
                ),
            ),
            readMaster: async (key, versionId) => buckets[MASTERS_BUCKET].text(key, versionId),
          };
        },
      };
    },
  };
}

/** S3's event, as the queue hands it to the function. */
function arrivalOf(key: string): SQSEvent {
  const body = JSON.stringify({ detail: { bucket: { name: UPLOAD_BUCKET }, object: { key } } });
  return {
    Records: [{ messageId: key, body, attributes: { ApproximateReceiveCount: '1' } }],
  } as unknown as SQSEvent;
}

function keysOf(bucket: MemoryBucket, company: string): string[] {
  return bucket.keys().filter((key) => key.startsWith(`${company}/`));
}

function seen(bucket: MemoryBucket, key: string): SeenObject {
  const object = bucket.get(key);
  if (!object) throw new Error(`There is no object ${key}`);
  return { etag: object.etag, type: object.type, metadata: object.metadata };
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
