import { describe, expect, it } from 'vitest';
import type { Publication } from '../../../domain/assets/asset.ts';
import { noCounts } from '../../../domain/jobs/job.ts';
import { doneLogEntry, isDone } from '../../../domain/jobs/part-log-entries.ts';
import { decideUndo, undoLevel, whyNotUndoable } from '../../../domain/jobs/undo.ts';
import { anAsset, aPublishJob, jobIdOf } from '../../support/builders.ts';

const undone = jobIdOf(1);
const job = aPublishJob({ id: jobIdOf(2), publish: 'undo', scope: { kind: 'undo', jobId: undone } });
const server = 'image-serving';
const at = '2026-11-24T08:30:00.000Z';

function entry(was?: number) {
  return {
    id: 'a',
    type: 'image' as const,
    version: 2,
    servers: [server] as const,
    bytes: 7,
    was: was === undefined ? {} : { [server]: was },
  };
}

function live(publication: Partial<Publication>) {
  return anAsset({
    id: 'a',
    version: 2,
    publications: { [server]: { version: 2, at, by: 'ann', key: 'k', jobId: undone, ...publication } },
  });
}

describe('an undo', () => {
  it.each([
    ['puts back the version that was live', entry(1), live({}), 'restore'],
    ['withdraws what was new', entry(0), live({}), 'withdraw'],
    ['has put it back', entry(1), live({ version: 1, jobId: job.id }), 'undone-by-this-job'],
    ['has withdrawn it', entry(0), anAsset({ id: 'a' }), 'undone-by-this-job'],
    [
      'leaves what was published again, also in the same version',
      entry(1),
      live({ jobId: jobIdOf(3) }),
      { skip: `It has been published again since: version 2 went live at ${at}` },
    ],
    [
      'leaves a later version of the same job',
      entry(1),
      live({ version: 3 }),
      { skip: `It has been published again since: version 3 went live at ${at}` },
    ],
    ['leaves what was withdrawn', entry(1), anAsset({ id: 'a' }), { skip: 'It has been withdrawn since' }],
    [
      'leaves what it knows nothing of',
      entry(),
      anAsset({ id: 'a' }),
      { skip: 'It has been withdrawn since' },
    ],
    [
      'leaves what an earlier release published',
      entry(),
      live({}),
      { skip: 'An earlier release published it, and did not record what was live' },
    ],
    ['leaves what was published by force', entry(2), live({}), { skip: 'The same version was live before' }],
    ['leaves what is gone', entry(1), undefined, { skip: 'The asset no longer exists' }],
    [
      'leaves what is in the trash',
      entry(1),
      anAsset({ id: 'a', trashed: { at, by: 'ann' } }),
      { skip: 'It is in the trash. Restore it first' },
    ],
    [
      'leaves what was renamed',
      entry(0),
      anAsset({ id: 'a', trashed: { at, by: 'ann', renamedTo: 'b' } }),
      { skip: 'It was renamed to b' },
    ],
  ])('%s', (_, planned, asset, expected) => {
    const decision = decideUndo(planned, server, asset, job);
    expect(decision).toEqual(expected);
    expect(isDone(planned, server, asset, job)).toBe(decision === 'undone-by-this-job');
  });

  it('logs what it did, so that the CDN is invalidated', () => {
    expect(doneLogEntry(entry(1), server, job, at)).toMatchObject({
      outcome: 'published',
      message: 'Version 1 is live again',
      bytes: 7,
      replaced: true,
    });
    expect(doneLogEntry(entry(0), server, job, at)).toMatchObject({
      outcome: 'withdrawn',
      message: 'It is no longer live on image-serving',
      replaced: true,
    });
  });

  it('goes from sets down to their members', () => {
    expect([0, 1, 2].map(undoLevel)).toEqual([99, 98, 97]);
    expect(undoLevel(200)).toBe(0);
  });
});

describe('a job', () => {
  const counts = { ...noCounts, total: 2, done: 2 };
  it.each([
    [{ status: 'succeeded' }, undefined],
    [{ status: 'completed-with-errors' }, undefined],
    [{ status: 'stopped' }, undefined],
    [{ status: 'failed' }, undefined],
    [{ status: 'running' }, /is running: wait for its end, or cancel it/],
    [{ status: 'queued' }, /is queued/],
    [{ status: 'succeeded', publish: 'disable-server' }, /Toggle the server again instead/],
    [{ status: 'succeeded', publish: 'undo' }, /Publish the assets again instead/],
    [{ status: 'succeeded', counts: noCounts }, /published nothing/],
  ] as const)('with %j can be undone, or not, with a reason', (change, expected) => {
    const why = whyNotUndoable(aPublishJob({ counts, ...change }));
    if (expected === undefined) expect(why).toBeUndefined();
    else expect(why).toMatch(expected);
  });
});
