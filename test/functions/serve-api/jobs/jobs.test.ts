import { describe, expect, it } from 'vitest';
import { noTotals } from '../../../../domain/assets/estimate.ts';
import { defaultSettings } from '../../../../domain/companies/settings.ts';
import { servers as allServers } from '../../../../domain/delivery/server.ts';
import { type Job, type LogEntry, noCounts, type UploadJob } from '../../../../domain/jobs/job.ts';
import type { UploadFile } from '../../../../domain/uploads/upload-file.ts';
import { now, publishJobId, uploadFile, uploadJob, uploadJobId } from '../api-records.ts';
import { ask } from '../ask.ts';

describe('a publish job that is submitted', () => {
  it.each([
    [
      {},
      {
        name: 'Publish 2026-11-24 08:30:00',
        publish: 'new',
        servers: ['image-serving', 'image-rendering', 'video'],
      },
    ],
    [
      { name: ' Autumn ', publish: 'full', servers: ['video', 'image-serving'] },
      {
        name: 'Autumn 2026-11-24 08:30:00',
        givenName: 'Autumn',
        publish: 'full',
        servers: ['image-serving', 'video'],
      },
    ],
  ])('with %j is %j', async (body, expected) => {
    const submitted: Job[] = [];
    const response = await ask(
      'user',
      { method: 'POST', path: '/jobs', body },
      {
        submit: async (job) => {
          submitted.push(job);
          return { job };
        },
      },
    );
    expect(response).toMatchObject({ status: 201, body: { ...expected, status: 'queued', kind: 'publish' } });
    expect(submitted).toEqual([
      expect.objectContaining({
        company: 'luma',
        submittedBy: 'user',
        submitted: now,
        executionNumber: 1,
        counts: noCounts,
        ...expected,
      }),
    ]);
  });

  it('takes no body at all', async () => {
    expect((await ask('user', { method: 'POST', path: '/jobs' })).status).toBe(201);
  });

  it('names itself by the clocks of its company', async () => {
    const response = await ask(
      'user',
      { method: 'POST', path: '/jobs', body: {} },
      {
        getSettings: async () => ({ ...defaultSettings, timeZone: 'Asia/Tokyo', servers: allServers }),
      },
    );
    expect(response.body).toMatchObject({
      name: 'Publish 2026-11-24 17:30:00',
      servers: expect.arrayContaining(['server-directory']),
    });
  });

  it('is queued all the same where its start fails, and that is logged', async () => {
    const warnings: string[] = [];
    const response = await ask(
      'user',
      { method: 'POST', path: '/jobs', body: {} },
      {
        submit: async (job) => ({ job, startError: new Error('throttled') }),
        log: { warn: (text) => warnings.push(text), error: () => {} },
      },
    );
    expect(response.status).toBe(201);
    expect(warnings).toHaveLength(1);
  });
});

describe('the dry run of a job', () => {
  it('tells what the job would do, and submits nothing', async () => {
    const asked: unknown[] = [];
    const response = await ask(
      'user',
      { method: 'POST', path: '/jobs', body: { dryRun: true, publish: 'full', servers: ['video'] } },
      {
        clock: () => 0,
        previewJob: async (job, { until }) => {
          asked.push(job, until);
          const totals = { ...noTotals, copies: 2, writeUnits: 6, bytes: 9, parts: 1 };
          return {
            items: [{ id: 'film', type: 'video', action: 'publish', servers: ['video'], bytes: 9 }],
            leftOut: 1,
            assets: 2,
            totals,
            complete: false,
          };
        },
        submit: async () => {
          throw new Error('It must not');
        },
      },
    );
    expect(asked).toEqual([
      expect.objectContaining({ company: 'luma', publish: 'full', servers: ['video'] }),
      20_000,
    ]);
    expect(response).toMatchObject({
      status: 200,
      body: {
        dryRun: true,
        complete: false,
        assets: [{ id: 'film', type: 'video', action: 'publish', servers: ['video'], bytes: 9 }],
        leftOut: 1,
        totals: { assets: 2, copies: 2, writeUnits: 6, readUnits: 0, bytes: 9, estimatedCostUsd: 0.00006375 },
        warnings: [],
      },
    });
    expect(response.body.totals).not.toHaveProperty('parts');
  });
});

describe('jobs as they are shown', () => {
  it('tell how far they are and how fast', async () => {
    const response = await ask('viewer', { path: `/jobs/${publishJobId}` });
    expect(response.body).toMatchObject({ progress: 0.3, rate: 0.5, counts: { total: 100, done: 30 } });
    expect(response.body).not.toHaveProperty('attempt');
    expect(response.body).not.toHaveProperty('company');
  });

  it('that are uploads open for too long are closed when somebody looks', async () => {
    const old: UploadJob = { ...uploadJob, submitted: '2026-11-23T08:00:00.000Z' };
    const files: UploadFile[] = [
      uploadFile,
      { ...uploadFile, file: 2, state: 'recorded', pendingAction: 'publish' },
    ];
    for (const request of [{ path: `/jobs/${uploadJobId}` }, { path: '/jobs' }]) {
      const lines: LogEntry[] = [];
      const ended: string[] = [];
      const response = await ask('viewer', request, {
        listJobs: async () => ({ items: [old] }),
        getJob: async () => (ended.length > 0 ? { ...old, status: 'completed-with-errors' } : old),
        finishFiles: async (_company, _jobId, states, logEntryOf) => {
          lines.push(...files.filter(({ state }) => states.some((one) => one === state)).map(logEntryOf));
        },
        endIfComplete: async (_company, jobId) => {
          ended.push(jobId);
          return 'now';
        },
      });
      expect(lines).toMatchObject([
        { outcome: 'error', message: 'film.mp4: did not arrive within 24 hours' },
        { outcome: 'warning', message: expect.stringContaining('could not be published') },
      ]);
      expect(ended).toEqual([uploadJobId]);
      expect(JSON.stringify(response.body)).toContain('completed-with-errors');
    }
  });
});

describe('the cancellation of an upload', () => {
  const cancel = { method: 'POST', path: `/jobs/${uploadJobId}/cancel` };

  it.each([
    ['running', ['requestStop', 'finishFiles', 'endIfComplete']],
    ['stopping', ['finishFiles', 'endIfComplete']],
  ] as const)('that is %s settles what has not arrived', async (status, expected) => {
    const calls: string[] = [];
    const lines: LogEntry[] = [];
    const response = await ask('user', cancel, {
      getJob: async () => ({ ...uploadJob, status }),
      requestStop: async () => {
        calls.push('requestStop');
        return true;
      },
      finishFiles: async (_company, _jobId, states, logEntryOf) => {
        calls.push('finishFiles');
        expect(states).toEqual(['pending']);
        lines.push(logEntryOf(uploadFile));
      },
      endIfComplete: async () => {
        calls.push('endIfComplete');
        return 'now';
      },
    });
    expect(response.status).toBe(202);
    expect(calls).toEqual(expected);
    expect(lines).toMatchObject([{ asset: 'film', outcome: 'not-reached', time: now }]);
    expect(lines[0]).not.toHaveProperty('bytes');
  });

  it.each(['succeeded', 'completed-with-errors', 'stopped', 'failed'] as const)(
    'that is %s is a 409',
    async (status) => {
      const response = await ask('user', cancel, { getJob: async () => ({ ...uploadJob, status }) });
      expect(response).toMatchObject({ status: 409, body: { code: 'job.already-ended' } });
    },
  );
});

describe('the log of an upload', () => {
  const line = (file: number): LogEntry => ({
    time: now,
    outcome: 'recorded',
    message: `file ${file}`,
    bytes: 1,
  });
  const files: UploadFile[] = [1, 2, 3, 4, 5].map((file) => ({
    ...uploadFile,
    file,
    state: 'settled',
    logEntry: line(file),
  }));

  async function read(
    limit: number,
    job: Job,
    open: readonly number[] = [],
  ): Promise<{ messages: string[]; pages: number }> {
    const messages: string[] = [];
    let pages = 0;
    let cursor: unknown;
    do {
      const query = `limit=${limit}${cursor === undefined ? '' : `&cursor=${String(cursor)}`}`;
      const response = await ask(
        'viewer',
        { path: `/jobs/${uploadJobId}/log`, query },
        {
          getJob: async () => job,
          listFiles: async (_company, _jobId, page) => {
            const rest = files.filter(({ file }) => file > (page.after ?? 0));
            const items = rest.slice(0, page.limit).map((file) => {
              const { logEntry: _, ...pending } = file;
              return open.includes(file.file) ? ({ ...pending, state: 'pending' } as UploadFile) : file;
            });
            const last = items.at(-1);
            // As DynamoDB does: a full page names a next one, even where nothing follows.
            return items.length === page.limit && last ? { items, next: last.file } : { items };
          },
        },
      );
      expect(response.status).toBe(200);
      const items = response.body.items as LogEntry[];
      expect(items.length).toBeLessThanOrEqual(limit);
      messages.push(...items.map(({ outcome, message }) => (outcome === 'recorded' ? message : outcome)));
      cursor = response.body.next;
      pages += 1;
    } while (cursor !== undefined && pages < 20);
    return { messages, pages };
  }

  const ended: UploadJob = { ...uploadJob, status: 'succeeded', ended: now };
  const whole = ['begin', 'file 1', 'file 2', 'file 3', 'file 4', 'file 5', 'end'];

  it.each([1, 2, 3, 5, 6, 7, 8, 1_000])('is whole and in order by pages of %i', async (limit) => {
    expect((await read(limit, ended)).messages).toEqual(whole);
  });

  it('has no end while the job runs, and no line of a file that is not settled', async () => {
    expect((await read(1_000, uploadJob, [2, 5])).messages).toEqual(['begin', 'file 1', 'file 3', 'file 4']);
    expect((await read(2, uploadJob, [2, 5])).messages).toEqual(['begin', 'file 1', 'file 3', 'file 4']);
  });
});

describe('the log of a publish job', () => {
  it('is handed on with the place to go on from', async () => {
    const pages: unknown[] = [];
    const position = { file: '000/0000001.jsonl', line: 7 };
    const readLog = async (_company: string, _jobId: string, page: unknown) => {
      pages.push(page);
      return { items: [{ time: now, outcome: 'published' as const, message: 'x' }], next: position };
    };
    const response = await ask('viewer', { path: `/jobs/${publishJobId}/log` }, { readLog });
    await ask(
      'viewer',
      { path: `/jobs/${publishJobId}/log`, query: `limit=5&cursor=${String(response.body.next)}` },
      { readLog },
    );
    expect(pages).toEqual([
      { limit: 1_000, after: undefined },
      { limit: 5, after: position },
    ]);
  });
});
