import { describe, expect, it } from 'vitest';
import { handleRequest } from '../../../../adapters/http/handle-request.ts';
import { exportKey, type LogExport } from '../../../../adapters/s3/log-exports.ts';
import { type Job, type LogEntry, noCounts } from '../../../../domain/jobs/job.ts';
import { servedRoutes } from '../../../../functions/serve-api/handlers.ts';
import { httpEvent, identify, noAudit } from '../../../adapters/http/http-event.ts';
import { publishJob, publishJobId, uploadFile, uploadJob, uploadJobId } from '../api-records.ts';
import { dependenciesWith, findMember, type Replacements } from '../ask.ts';

const ended = '2026-11-24T08:30:00.000Z';
const small: Job = {
  ...publishJob,
  status: 'succeeded',
  ended,
  counts: { ...noCounts, total: 2, done: 1, errors: 1 },
};
const large: Job = { ...small, counts: { ...noCounts, total: 10_000_000, done: 9_999_999, errors: 1 } };
const lines: LogEntry[] = [
  { time: ended, asset: 'shoe', server: 'video', outcome: 'published', message: 'Live', bytes: 7 },
  { time: ended, asset: '=hat', server: 'video', outcome: 'error', message: 'a, b' },
];
const files: Record<string, readonly LogEntry[]> = {
  'begin.jsonl': [{ time: ended, outcome: 'begin', message: 'Begins' }],
  '000/0000001.jsonl': lines,
  'end.jsonl': [{ time: ended, outcome: 'end', message: 'Ends' }],
};

async function download(job: Job, query: string, change: Replacements = {}) {
  const asked: LogExport[] = [];
  const noted: string[] = [];
  const dependencies = dependenciesWith({
    getJob: async () => job,
    async *listParts() {
      yield { level: 0, part: 1, counts: small.counts, perServer: {}, closed: false, at: ended };
    },
    readLogFile: async (_company, _jobId, file) =>
      files[file]?.map((line) => `${JSON.stringify(line)}\n`).join(''),
    requestExport: async (request) => {
      asked.push(request);
    },
    writeProgress: async (key, { at }) => {
      noted.push(`${key} ${at}`);
    },
    clock: () => Date.parse(ended),
    ...change,
  });
  const event = httpEvent({
    path: `/v1/companies/luma/jobs/${job.id}/log/download`,
    query,
    claims: { sub: 'viewer' },
  });
  const log = { error: () => {}, info: () => {} };
  const {
    statusCode,
    headers,
    body = '',
  } = await handleRequest(event, servedRoutes(dependencies), { findMember, identify, audit: noAudit, log });
  return { status: statusCode, headers, body, asked, noted };
}

describe('the log of a job as a file', () => {
  it('is JSON Lines, an attachment that bears the name of the job', async () => {
    const response = await download(small, '');
    expect(response).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'content-disposition': expect.stringContaining('"Publish 2026-11-24 08-00-00.jsonl"'),
        'cache-control': 'no-store',
      },
    });
    const whole = Object.values(files).flat();
    expect(response.body).toBe(whole.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });

  it('is a table of the lines that are wanted', async () => {
    const response = await download(small, 'format=csv&outcome=error&server=video');
    expect(response.headers?.['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(response.body).toBe(
      `time,asset,type,server,outcome,message,bytes\r\n${ended},'=hat,,video,error,"a, b",\r\n`,
    );
  });

  it('is exported for its address on request, however short it is', async () => {
    const response = await download(small, 'link=always&format=csv');
    const filter = {};
    expect(response).toMatchObject({
      status: 202,
      asked: [{ company: 'luma', jobId: publishJobId, format: 'csv', filter }],
    });
    const upload: Job = { ...uploadJob, status: 'succeeded', ended };
    expect(await download(upload, 'link=always', { listFiles: async () => ({ items: [] }) })).toMatchObject({
      status: 200,
      asked: [],
    });
  });

  it('comes at once of a large log too where few lines of it are wanted', async () => {
    const response = await download(large, 'outcome=error');
    expect(response).toMatchObject({ status: 200, asked: [] });
    expect(response.body).toBe(`${JSON.stringify(lines[1])}\n`);
  });

  it('is that of an upload with its files and sets', async () => {
    const job: Job = { ...uploadJob, status: 'succeeded', ended };
    const response = await download(job, 'outcome=recorded', {
      listFiles: async () => ({
        items: [
          {
            ...uploadFile,
            state: 'settled',
            logEntry: { time: ended, outcome: 'recorded', message: 'film' },
          },
        ],
      }),
      listSetLogEntries: async () => ({ items: [{ time: ended, outcome: 'recorded', message: 'set' }] }),
    });
    expect(
      response.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).message),
    ).toEqual(['film', 'set']);
    expect(job.id).toBe(uploadJobId);
  });

  it.each(['queued', 'running', 'stopping'] as const)(
    'waits for the end of a job that is %s',
    async (status) => {
      const { ended: _ended, ...going } = small;
      const response = await download({ ...going, status } as Job, '');
      expect(response.status).toBe(409);
      expect(JSON.parse(response.body)).toMatchObject({ code: 'job.not-ended' });
    },
  );
});

describe('a log that is too long for one answer', () => {
  const whole: LogExport = { company: 'luma', jobId: publishJobId, format: 'jsonl', filter: {} };
  const key = exportKey(whole);

  it('is asked for, once, and told to be on its way', async () => {
    const response = await download(large, '');
    expect(response).toMatchObject({ status: 202, headers: { 'retry-after': '5' }, asked: [whole] });
    expect(response.noted).toEqual([`${key} ${ended}`]);
    expect(JSON.parse(response.body)).toEqual({ progress: 0, lines: 0 });
    const progress = { at: '2026-11-24T08:20:00.000Z', lines: 2_500_002, processed: 2_500_000 };
    const later = await download(large, '', { readProgress: async () => progress });
    expect(later).toMatchObject({ status: 202, asked: [], noted: [] });
    expect(JSON.parse(later.body)).toEqual({ progress: 0.25, lines: 2_500_002 });
  });

  it('is asked for again where nothing was heard of it for longer than it can be worked on', async () => {
    const progress = { at: '2026-11-24T08:13:00.000Z', lines: 9, processed: 9 };
    const response = await download(large, '', { readProgress: async () => progress });
    expect(response.asked).toEqual([whole]);
  });

  it('is loaded from an address that is good for ten minutes, once it is there', async () => {
    const signed: unknown[] = [];
    const response = await download(large, 'format=csv&outcome=published', {
      findExport: async () => ({ bytes: 2_500_000_000 }),
      signExport: async (...all) => {
        signed.push(all);
        return 'https://jobs.example/log';
      },
    });
    expect(response).toMatchObject({ status: 200, asked: [] });
    expect(JSON.parse(response.body)).toEqual({
      url: 'https://jobs.example/log',
      expires: '2026-11-24T08:40:00.000Z',
      bytes: 2_500_000_000,
    });
    const wanted: LogExport = { ...whole, format: 'csv', filter: { outcomes: ['published'] } };
    expect(signed).toEqual([[exportKey(wanted), expect.stringContaining('08-00-00.csv'), 600]]);
    expect(exportKey(wanted)).not.toBe(exportKey({ ...wanted, filter: {} }));
  });

  it('is one that has longer lines than an answer takes, too', async () => {
    const response = await download(small, '', {
      readLogFile: async () => `${JSON.stringify({ ...lines[0], message: 'x'.repeat(2_000_000) })}\n`,
    });
    expect(response).toMatchObject({ status: 202, asked: [whole] });
  });
});
