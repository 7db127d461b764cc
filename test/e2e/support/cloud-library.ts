import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { memberKey } from '../../../adapters/dynamodb/keys.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { servers } from '../../../domain/delivery/server.ts';
import { isTerminal, type Job } from '../../../domain/jobs/job.ts';
import type { ApiResponse, Library, SeenObject, TestMember } from '../../model/support/library.ts';
import type { Item } from '../../support/dynamodb/values.ts';
import type { TestCloud } from './test-cloud.ts';

/** The login of each member. */
const roles: Readonly<Record<TestMember, Role>> = { ann: 'user', bob: 'admin', admin: 'admin' };

export async function openCloudLibrary(
  test: TestCloud,
  documents: DynamoDBDocumentClient,
  company: string,
): Promise<Library> {
  const output = (name: string): string => {
    const value = test.cloud.outputs[name];
    if (value === undefined) throw new Error(`The local cloud has no ${name}`);
    return value;
  };
  for (const role of ['user', 'admin'] as const) {
    const key = memberKey(company, subjectOf(test.token(role)));
    await documents.send(new PutCommand({ TableName: output('JobTable'), Item: { ...key, role } }));
  }
  const masters = output('MastersBucket');

  const call: Library['call'] = async (who, method, path, body, headers = {}) => {
    const response = await fetch(`${test.cloud.addresses.api}/v1/companies/${company}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${test.token(roles[who])}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as ApiResponse['body'] };
  };

  async function untilEnd(who: TestMember, jobId: string): Promise<ApiResponse> {
    for (;;) {
      const response = await call(who, 'GET', `/jobs/${jobId}`);
      if (response.status !== 200 || isTerminal((response.body as unknown as Job).status)) return response;
      await wait(25);
    }
  }

  return {
    company,
    call,
    async upload(who, { name, type, bytes }, options) {
      const sha256 = createHash('sha256').update(bytes).digest('base64');
      const started = await call(who, 'POST', '/uploads', {
        ...options,
        files: [{ name, type, bytes: bytes.length, sha256 }],
      });
      if (started.status !== 201) return started;
      const { job, files } = started.body as unknown as {
        job: Job;
        files: { url: string; headers: Record<string, string> }[];
      };
      const [place] = files;
      if (place) {
        const body = new Uint8Array(bytes);
        const sent = await fetch(place.url, { method: 'PUT', headers: place.headers, body });
        if (!sent.ok) throw new Error(`An upload answered ${sent.status}`);
      }
      return untilEnd(who, job.id);
    },
    async publishJob(who, publish) {
      const started = await call(who, 'POST', '/jobs', { publish });
      return started.status === 201 ? untilEnd(who, String(started.body.id)) : started;
    },
    async look() {
      const items: Item[] = [];
      const pages = paginateScan(
        { client: documents },
        { TableName: output('AssetTable'), ConsistentRead: true },
      );
      for await (const { Items = [] } of pages) items.push(...Items);
      const origins = new Map<string, SeenObject>();
      for (const server of servers) {
        const bucket = output(`${pascalCase(server)}Bucket`);
        for await (const { Contents = [] } of paginateListObjectsV2(
          { client: test.s3 },
          { Bucket: bucket, Prefix: `${company}/` },
        )) {
          for (const { Key = '' } of Contents) {
            const head = await test.s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
            origins.set(`${server}:${Key}`, {
              etag: head.ETag ?? '',
              type: head.ContentType,
              metadata: head.Metadata ?? {},
            });
          }
        }
      }
      const { Versions = [] } = await test.s3.send(
        new ListObjectVersionsCommand({ Bucket: masters, Prefix: `${company}/` }),
      );
      return {
        items: items.filter(({ pk }) => String(pk).split('#')[1] === company),
        origins,
        masters: new Map(Versions.map(({ Key, VersionId, ETag }) => [`${Key}@${VersionId}`, ETag ?? ''])),
        async readMaster(Key, VersionId) {
          const { Body } = await test.s3.send(new GetObjectCommand({ Bucket: masters, Key, VersionId }));
          return (await Body?.transformToString()) ?? '';
        },
      };
    },
  };
}

function subjectOf(token: string): string {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload) as { sub: string }).sub;
}

function pascalCase(text: string): string {
  return text.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
