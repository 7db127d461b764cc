import { describe, expect, it } from 'vitest';
import { writeCursor } from '../../../adapters/http/cursor.ts';
import { publishJobId, sum, uploadJobId } from './api-records.ts';
import { ask } from './ask.ts';

const file = { name: 'a.png', bytes: 9, type: 'image/png', sha256: sum };
const large = 200 * 1024 * 1024;
const uploads = (body: unknown) => ({ method: 'POST', path: '/uploads', body });
const parts = (body: unknown) => ({ method: 'POST', path: `/uploads/${uploadJobId}/files/1/parts`, body });

describe('bad requests are refused with the field and the rule', () => {
  it.each([
    ['no files', uploads({}), 'files', 'must have either files or from'],
    ['no file', uploads({ files: [] }), 'files', 'at least one file'],
    ['1,001 files', uploads({ files: Array.from({ length: 1_001 }, () => file) }), 'files', 'at most 1000'],
    ['no name', uploads({ files: [{ ...file, name: '' }] }), 'files[0].name', 'must not be empty'],
    [
      'a long name',
      uploads({ files: [file, { ...file, name: 'x'.repeat(441) }] }),
      'files[1].name',
      'must have at most 440 bytes in UTF-8; it has 441',
    ],
    ['negative bytes', uploads({ files: [{ ...file, bytes: -1 }] }), 'files[0].bytes', 'at least 0'],
    ['half a byte', uploads({ files: [{ ...file, bytes: 0.5 }] }), 'files[0].bytes', 'whole number'],
    ['no type', uploads({ files: [{ ...file, type: 'jpeg' }] }), 'files[0].type', 'MIME type'],
    ['a wrong checksum', uploads({ files: [{ ...file, sha256: 'abc' }] }), 'files[0].sha256', 'SHA-256'],
    [
      'a checksum in hexadecimal',
      uploads({ files: [{ ...file, sha256: 'e'.repeat(64) }] }),
      'files[0].sha256',
      'Base64',
    ],
    ['no checksum', uploads({ files: [{ ...file, sha256: undefined }] }), 'files[0].sha256', 'is needed'],
    [
      'a checksum of a large file',
      uploads({ files: [{ ...file, type: 'video/mp4', bytes: large }] }),
      'files[0].sha256',
      'is not taken',
    ],
    ['a field too many', uploads({ files: [{ ...file, path: '/' }] }), 'files[0].path', 'is not known here'],
    ['no slash', uploads({ files: [file], folder: 'autumn' }), 'folder', 'start and end with a slash'],
    ['no last slash', uploads({ files: [file], folder: '/autumn' }), 'folder', 'start and end with a slash'],
    ['a way up', uploads({ files: [file], folder: '/a/../b/' }), 'folder', 'the names . and ..'],
    ['nothing between', uploads({ files: [file], folder: '/a//b/' }), 'folder', 'slash'],
    ['half a character', uploads({ files: [file], folder: '/\ud800/' }), 'folder', 'Unicode'],
    ['a blank job name', uploads({ files: [file], name: '  ' }), 'name', 'must not be empty'],
    ['a job name of two lines', uploads({ files: [file], name: 'a\nb' }), 'name', 'control'],
    [
      'a wrong option',
      uploads({ files: [file], publishAfterUploading: 'yes' }),
      'publishAfterUploading',
      'true or false',
    ],
    [
      'no upload',
      { method: 'POST', path: '/uploads/nope/files/1/parts', body: {} },
      'jobId',
      '26 characters',
    ],
    [
      'file 0',
      { method: 'POST', path: `/uploads/${uploadJobId}/files/0/parts`, body: {} },
      'file',
      'at least 1',
    ],
    ['file x', { method: 'POST', path: `/uploads/${uploadJobId}/files/x/parts`, body: {} }, 'file', 'number'],
    ['part 0', parts({ parts: [{ part: 0, sha256: sum }] }), 'parts[0].part', 'at least 1'],
    ['a part too many', parts({ parts: [{ part: 9, sha256: sum }] }), 'parts[0].part', '8 parts'],
    [
      'a part twice',
      parts({
        parts: [
          { part: 1, sha256: sum },
          { part: 1, sha256: sum },
        ],
      }),
      'parts[1].part',
      'again',
    ],
    [
      'a publish kind',
      { method: 'POST', path: '/jobs', body: { publish: 'all' } },
      'publish',
      'one of new, full',
    ],
    [
      'a server',
      { method: 'POST', path: '/jobs', body: { servers: ['cdn'] } },
      'servers[0]',
      'one of image-serving',
    ],
    ['no server', { method: 'POST', path: '/jobs', body: { servers: [] } }, 'servers', 'at least one'],
    [
      'a server twice',
      { method: 'POST', path: '/jobs', body: { servers: ['video', 'video'] } },
      'servers',
      'twice',
    ],
    [
      'a server that is not enabled',
      { method: 'POST', path: '/jobs', body: { servers: ['server-directory'] } },
      'servers',
      'is not enabled for this company',
    ],
    ['a job id', { path: '/jobs/1' }, 'jobId', '26 characters'],
    ['a limit of 0', { path: '/jobs', query: 'limit=0' }, 'limit', 'at least 1'],
    ['a limit of 1,001', { path: '/assets', query: 'limit=1001' }, 'limit', 'at most 1000'],
    ['half a limit', { path: '/assets', query: 'limit=1.5' }, 'limit', 'whole number'],
    ['a limit in words', { path: '/assets', query: 'limit=ten' }, 'limit', 'must be a number'],
    ['a state', { path: '/assets', query: 'state=live' }, 'state', 'published or unpublished'],
    ['a folder', { path: '/assets', query: 'folder=autumn' }, 'folder', 'slash'],
    ['an unknown query', { path: '/assets', query: 'colour=red' }, 'colour', 'is not known here'],
    [
      'an unknown sort',
      { path: '/assets', query: 'sort=colour' },
      'sort',
      'must be one of name, date, size, type',
    ],
    [
      'a forged cursor of jobs',
      { path: '/jobs', query: 'cursor=abc' },
      'cursor',
      'not one that this list gave',
    ],
    [
      'a forged cursor of assets',
      { path: '/assets', query: `cursor=${writeCursor({ folder: '/' })}` },
      'cursor',
      'not one',
    ],
    [
      'a cursor of another folder',
      { path: '/assets', query: `folder=/b/&cursor=${writeCursor({ folder: '/a/', id: 'x' })}` },
      'cursor',
      'not one that this list gave for these filters',
    ],
    [
      'a cursor of another kind of log',
      { path: `/jobs/${publishJobId}/log`, query: `cursor=${writeCursor({ upload: 3 })}` },
      'cursor',
      'not one',
    ],
    [
      'a cursor that leaves the log',
      {
        path: `/jobs/${publishJobId}/log`,
        query: `cursor=${writeCursor({ file: '../../other/log/begin.jsonl', line: 0 })}`,
      },
      'cursor',
      'not one',
    ],
    [
      'a forged cursor of history',
      {
        path: '/assets/red%20shoe/history',
        query: `cursor=${writeCursor({ event: 'PUBLISHED', at: 'x', server: 'video' })}`,
      },
      'cursor',
      'not one',
    ],
    ['a long id', { path: `/assets/${'x'.repeat(401)}` }, 'id', 'at most 200'],
    [
      'a body where none is taken',
      { method: 'POST', path: '/assets/red%20shoe/publish', body: { now: true } },
      'now',
      'not known',
    ],
  ])('%s', async (_, request, field, rule) => {
    const response = await ask('admin', request);
    expect(response.status, JSON.stringify(response.body)).toBe(400);
    expect(response.body.code).toBe('request.invalid');
    expect(response.body.errors).toContainEqual({ field, message: expect.stringContaining(rule) });
  });

  it.each([
    ['nothing there', { path: '/shops' }, 404, 'route.not-found'],
    ['a method', { method: 'PUT', path: '/jobs' }, 405, 'route.method-not-allowed'],
    ['another method', { method: 'PUT', path: '/assets/red%20shoe' }, 405, 'route.method-not-allowed'],
    ['not JSON', { method: 'POST', path: '/jobs', rawBody: '{' }, 400, 'request.not-json'],
    [
      'a form',
      {
        method: 'POST',
        path: '/jobs',
        rawBody: 'a=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
      'request.unsupported-media-type',
    ],
    [
      '1 MB',
      { method: 'POST', path: '/jobs', rawBody: `{"name":"${'x'.repeat(1_000_000)}"}` },
      413,
      'request.too-large',
    ],
    ['no such asset', { path: '/assets/blue' }, 404, 'asset.not-found'],
    ['no history of no asset', { path: '/assets/blue/history' }, 404, 'asset.not-found'],
    ['no such asset to publish', { method: 'POST', path: '/assets/blue/publish' }, 404, 'asset.not-found'],
    [
      'no such asset to unpublish',
      { method: 'POST', path: '/assets/blue/unpublish' },
      404,
      'asset.not-found',
    ],
    ['no such job', { path: '/jobs/01M868ZYSAAE2H8JTE1Z5727DN' }, 404, 'job.not-found'],
    ['no log of no job', { path: '/jobs/01M868ZYSAAE2H8JTE1Z5727DN/log' }, 404, 'job.not-found'],
    [
      'no such job to cancel',
      { method: 'POST', path: '/jobs/01M868ZYSAAE2H8JTE1Z5727DN/cancel' },
      404,
      'job.not-found',
    ],
    [
      'no such file',
      {
        method: 'POST',
        path: `/uploads/${uploadJobId}/files/2/parts`,
        body: { parts: [{ part: 1, sha256: sum }] },
      },
      404,
      'upload.file-not-found',
    ],
    [
      'parts of a publish job',
      {
        method: 'POST',
        path: `/uploads/${publishJobId}/files/1/parts`,
        body: { parts: [{ part: 1, sha256: sum }] },
      },
      404,
      'upload.file-not-found',
    ],
  ])('%s: %i', async (_, request, status, code) => {
    const response = await ask('admin', request);
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.body).toMatchObject({ code, status, type: `urn:pressroom:${code}` });
    if (status === 405) expect(response.headers.allow).toBe(response.body.allow);
  });

  it('answers a fault of ours with 500 and a number to report, and logs it', async () => {
    const fault = new Error('the table is gone');
    const response = await ask(
      'viewer',
      { path: '/jobs' },
      {
        listJobs: async () => {
          throw fault;
        },
      },
    );
    expect(response.status).toBe(500);
    expect(response.body).toMatchObject({ code: 'system.fault', requestId: 'request-1' });
    expect(JSON.stringify(response.body)).not.toContain('table');
    expect(response.faults).toEqual([fault]);
  });
});
