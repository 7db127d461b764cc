/**
 * Errors that the tests must find: each is one edit of the engine or of a store. `npm run mutations` makes them one by one
 * and expects that the named tests fail.
 */
export interface Mutation {
  /** What the edit breaks. */
  readonly breaks: string;
  readonly file: string;
  /** Text that the file has once. */
  readonly before: string;
  readonly after: string;
  /** The test file that must fail. */
  readonly test: string;
}

export const mutations: readonly Mutation[] = [
  {
    breaks: 'a job takes the lock of a server that another job holds',
    file: 'adapters/dynamodb/jobs/queue-store.ts',
    before: '          ...conditionOf({ jobId: missingOr(oneOf(...[id, stale[server] ?? []].flat())) }),\n',
    after: '',
    test: 'test/functions/begin-job/begin-job.test.ts',
  },
  {
    breaks: 'a job ends with counts that a late worker has corrected meanwhile',
    file: 'adapters/dynamodb/jobs/job-store.ts',
    before: 'when: { status: from, corrections },',
    after: 'when: { status: from },',
    test: 'test/functions/publish-part/finish-part.test.ts',
  },
  {
    breaks: 'finish-job replaces the counts of a worker that was faster',
    file: 'adapters/dynamodb/jobs/part-store.ts',
    before: 'const put = { TableName: tableName, Item: partItem(company, jobId, part), ...isNew };',
    after: 'const put = { TableName: tableName, Item: partItem(company, jobId, part) };',
    test: 'test/functions/finish-job/finish-job.test.ts',
  },
  {
    breaks: 'a request with the same idempotency key makes a second job',
    file: 'adapters/dynamodb/jobs/submission-store.ts',
    before: '        ...conditionOf({ [jobTable.timeToLive]: missingOr(below(now)) }),\n',
    after: '',
    test: 'test/application/jobs/submit-publish-job.test.ts',
  },
  {
    breaks: 'an asset that got a new version while it was copied is recorded as published in that version',
    file: 'adapters/dynamodb/assets/asset-store.ts',
    before: '        version: before.version,\n',
    after: '',
    test: 'test/application/assets/publish-asset.test.ts',
  },
  {
    breaks: 'an upload replaces an asset that another upload has changed since it was read',
    file: 'adapters/dynamodb/uploads/upload-store.ts',
    before: '            ...(before ? unchanged(before) : isNew),\n',
    after: '',
    test: 'test/functions/ingest-upload/ingest-upload.test.ts',
  },
  {
    breaks: 'a part is counted before its history is written',
    file: 'functions/publish-part/finish-part.ts',
    before: `  await retryTransient(dependencies.flushHistory);
  if (await retryTransient(() => dependencies.putPart(company, jobId, first))) return first.counts;
`,
    after: `  if (await retryTransient(() => dependencies.putPart(company, jobId, first))) return first.counts;
  await retryTransient(dependencies.flushHistory);
`,
    test: 'test/functions/publish-part/finish-part.test.ts',
  },
  {
    breaks: 'a worker goes on after its job was cancelled',
    file: 'functions/publish-part/publish-part.ts',
    before: '        if (!isRunning(status)) return;\n',
    after: '',
    test: 'test/functions/publish-part/publish-part.test.ts',
  },
  {
    breaks: 'an ended job keeps its servers locked',
    file: 'functions/finish-job/finish-job.ts',
    before: '  await dependencies.freeLocks(company, id, job.servers);\n',
    after: '',
    test: 'test/functions/finish-job/finish-job.test.ts',
  },
  {
    breaks: 'a re-upload keeps the version of the asset that it replaces',
    file: 'domain/uploads/upload-asset.ts',
    before: 'version: (before?.version ?? 0) + 1,',
    after: 'version: before?.version ?? 1,',
    test: 'test/functions/ingest-upload/overwrite-files.test.ts',
  },
];
