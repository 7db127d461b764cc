/** Dates on a memory cloud: setting them, and what apply-dates does at its time, twice, late, and after it died. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import { submissionStore } from '../../../adapters/dynamodb/jobs/submission-store.ts';
import { planFiles } from '../../../adapters/s3/plan-files.ts';
import { executions } from '../../../adapters/stepfunctions/executions.ts';
import { createDerived } from '../../../application/assets/derive-image.ts';
import { publishAsset } from '../../../application/assets/publish-asset.ts';
import { publishClosures } from '../../../application/assets/publish-closures.ts';
import { setDates } from '../../../application/assets/set-dates.ts';
import { submitPublishJob } from '../../../application/jobs/submit-publish-job.ts';
import type { Asset } from '../../../domain/assets/asset.ts';
import type { LiveDates } from '../../../domain/assets/live-dates.ts';
import { type CompanySettings, defaultSettings } from '../../../domain/companies/settings.ts';
import type { DueMoment } from '../../../functions/apply-dates/apply-dates.contract.ts';
import { type ApplyDatesDependencies, applyDates } from '../../../functions/apply-dates/apply-dates.ts';
import { findDue } from '../../../functions/apply-dates/find-due.ts';
import { company } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { Crash, imageAsset, libraryCloud, saving } from '../../support/library-cloud.ts';

const t = (hour: string) => `2026-11-24T${hour}:00.000Z`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface Sent extends DueMoment {
  readonly delay: number;
}

function cloudWith(assets: readonly Asset[] = [imageAsset('a')], settings: Partial<CompanySettings> = {}) {
  const library = libraryCloud(assets, settings);
  const { documents, s3, sfn } = library.memory.clients;
  const sent: Sent[] = [];
  const lists = new Map<string, readonly string[]>();
  const files = planFiles(s3, cloudNames.JOBS_BUCKET);
  const jobs = jobStore(documents, cloudNames.JOB_TABLE);
  const all = { ...defaultSettings, ...settings };
  let now = t('12:00');
  const get = (id: string): Asset => {
    const asset = library.assets.get(id);
    if (!asset) throw new Error(`There is no ${id}`);
    return asset;
  };
  const dependencies = (): ApplyDatesDependencies => ({
    ...library.dependencies,
    getSettings: async () => all,
    async writeScope(of, id, ids) {
      lists.set(id, ids);
      await files.writeScope(of, id, ids);
    },
    submit: (job) =>
      submitPublishJob(job, {
        ...jobs,
        ...submissionStore(documents, cloudNames.JOB_TABLE),
        ...executions(sfn, cloudNames.PUBLISH_STATE_MACHINE),
        emitStatus: () => {},
      }),
    request: async (moment) => {
      sent.push({ ...moment, delay: 0 });
    },
    sha256,
    now: () => now,
    clock: () => Date.parse(now),
    timeLeft: () => 300_000,
    log: { info: () => {}, warn: () => {} },
  });
  const look = async (at: string): Promise<Sent[]> => {
    now = at;
    sent.length = 0;
    await findDue({
      ...library.dependencies,
      now: () => now,
      request: async (moment, delay = 0) => {
        sent.push({ ...moment, delay });
      },
    });
    return [...sent];
  };
  return {
    library,
    sent,
    lists,
    get,
    dependencies,
    look,
    now: () => now,
    set: (id: string, dates: LiveDates, by = 'bob') =>
      setDates({ company, id, dates }, { by, at: now, settings: all }, library.dependencies),
    publish: (id: string) =>
      publishAsset(get(id), ['image-serving'], { ...saving, at: t('08:00') }, library.dependencies),
    objectOf: (id: string) => library.memory.buckets['image-serving'].get(`luma/image/${id}`),
    invalidated: () => library.memory.messages.flatMap(({ body }) => (body as { ids?: string[] }).ids ?? []),
    jobs: () => [...library.memory.own.jobs.values()].filter((job) => job.kind === 'publish'),
    /** Looks, and does at once what is due. */
    async apply(at: string) {
      for (const moment of await look(at)) await applyDates(moment, dependencies());
    },
  };
}

describe('at its beginning, an asset', () => {
  it('is published by a job of its own, as the user who set the date', async () => {
    const cloud = cloudWith([imageAsset('a', { intent: 'pending' }), imageAsset('b'), imageAsset('c')]);
    await cloud.set('a', { liveFrom: t('13:00'), liveUntil: t('14:00') });
    await cloud.set('b', { liveFrom: t('13:00') });
    expect([cloud.get('a').intent, cloud.get('b').intent]).toEqual(['held', 'held']);
    await cloud.apply(t('12:58'));
    expect(cloud.jobs()).toEqual([]);

    await cloud.apply(t('13:00'));
    const [job, ...more] = cloud.jobs();
    expect(more).toEqual([]);
    expect(job).toMatchObject({
      givenName: 'Live from 2026-11-24 13:00',
      submittedBy: 'bob',
      publish: 'new',
      status: 'queued',
      servers: defaultSettings.servers,
      scope: { kind: 'assets', count: 2 },
    });
    expect(cloud.lists.get(job?.id ?? '')).toEqual(['a', 'b']);
    expect(cloud.library.memory.started).toEqual([job?.id]);
    expect(cloud.get('a')).toMatchObject({ intent: 'live', due: t('14:00') });
    expect(cloud.get('b')).toMatchObject({ intent: 'live' });
    expect(cloud.get('b')).not.toHaveProperty('due');
    // Both can be planned.
    const pending = await cloud.library.dependencies.getAssets(company, ['a', 'b']);
    expect([...pending.values()].map(({ publications }) => publications)).toEqual([{}, {}]);
  });

  it('is published once by a message that comes twice, or once for each look until it is done', async () => {
    const cloud = cloudWith();
    await cloud.set('a', { liveFrom: t('13:00') });
    const [moment] = await cloud.look(t('13:00'));
    if (!moment) throw new Error('Nothing is due');
    await Promise.all([applyDates(moment, cloud.dependencies()), applyDates(moment, cloud.dependencies())]);
    await applyDates(moment, cloud.dependencies());
    expect(cloud.jobs()).toHaveLength(1);
    expect(await cloud.look(t('13:05'))).toEqual([]);
  });

  it.each(['recordDates', 'submit', 'writeScope', 'second recordDates'])(
    'is published by the same job after a call that died at %s',
    async (died) => {
      const cloud = cloudWith();
      await cloud.set('a', { liveFrom: t('13:00') });
      const [moment] = await cloud.look(t('13:00'));
      if (!moment) throw new Error('Nothing is due');
      let records = 0;
      const dependencies = cloud.dependencies();
      const dying: ApplyDatesDependencies = {
        ...dependencies,
        async recordDates(...change) {
          records += 1;
          if (died === 'recordDates' || (died.startsWith('second') && records === 2)) throw new Crash();
          return dependencies.recordDates(...change);
        },
        submit: async (job) => {
          if (died === 'submit') throw new Crash();
          return dependencies.submit(job);
        },
        writeScope: async (...list) => {
          if (died === 'writeScope') throw new Crash();
          return dependencies.writeScope(...list);
        },
      };
      await expect(applyDates(moment, dying)).rejects.toThrow(Crash);
      expect(cloud.get('a').due).toBe(t('13:00'));
      await cloud.apply(t('13:05'));
      expect(cloud.jobs()).toHaveLength(1);
      expect(cloud.get('a')).toMatchObject({ intent: 'live' });
      expect(cloud.get('a')).not.toHaveProperty('due');
    },
  );

  it('is not published where its user has removed the date, or set a later one, in the meantime', async () => {
    const cloud = cloudWith([imageAsset('a'), imageAsset('b')]);
    await cloud.set('a', { liveFrom: t('13:00') });
    await cloud.set('b', { liveFrom: t('13:00') });
    const [moment] = await cloud.look(t('12:59'));
    if (!moment) throw new Error('Nothing is due');
    await cloud.set('a', {});
    await cloud.set('b', { liveFrom: t('15:00') });
    await applyDates(moment, cloud.dependencies());
    expect(cloud.jobs()).toEqual([]);
    expect(cloud.get('a')).toMatchObject({ intent: 'pending' });
    expect(cloud.get('b')).toMatchObject({ intent: 'held', due: t('15:00') });
  });

  it('waits for the next job where the company has no server', async () => {
    const cloud = cloudWith([imageAsset('a')], { servers: [] });
    await cloud.set('a', { liveFrom: t('13:00') });
    await cloud.apply(t('13:00'));
    expect(cloud.jobs()).toEqual([]);
    expect(cloud.get('a')).toMatchObject({ intent: 'live' });
  });

  it('in the trash waits to be restored', async () => {
    const cloud = cloudWith();
    await cloud.set('a', { liveFrom: t('13:00'), liveUntil: t('14:00') });
    cloud.library.assets.set('a', { ...cloud.get('a'), trashed: { at: t('12:30'), by: 'ann' } });
    await cloud.apply(t('13:00'));
    expect(cloud.jobs()).toEqual([]);
    expect(cloud.get('a')).toMatchObject({ intent: 'live', due: t('14:00') });
    await cloud.apply(t('14:00'));
    expect(cloud.get('a')).toMatchObject({ intent: 'held' });
  });

  it('is in as many jobs as users have set its date', async () => {
    const cloud = cloudWith([imageAsset('a'), imageAsset('b')]);
    await cloud.set('a', { liveFrom: t('13:00') });
    await cloud.set('b', { liveFrom: t('13:00') }, 'ann');
    await cloud.apply(t('13:00'));
    expect(
      cloud
        .jobs()
        .map(({ submittedBy }) => submittedBy)
        .sort(),
    ).toEqual(['ann', 'bob']);
  });
});

describe('at its end, an asset', () => {
  it('is withdrawn from its servers, held and invalidated', async () => {
    const cloud = cloudWith([imageAsset('a', { intent: 'live' }), imageAsset('b', { intent: 'live' })]);
    for (const id of ['a', 'b']) await cloud.publish(id);
    await cloud.set('a', { liveUntil: t('13:00') });
    expect(cloud.objectOf('a')?.metadata).toMatchObject({
      'live-until': String(Date.parse(t('13:00')) / 1_000),
    });
    expect(cloud.objectOf('a')?.cacheControl).toBe('public, max-age=0, s-maxage=36000, stale-if-error=0');
    expect(cloud.invalidated()).toEqual(['a']);
    await cloud.apply(t('12:57'));
    expect(cloud.get('a').publications).toHaveProperty('image-serving');

    await cloud.apply(t('13:00'));
    expect(cloud.get('a')).toMatchObject({ intent: 'held', publications: {}, liveUntil: t('13:00') });
    expect(cloud.get('a')).not.toHaveProperty('due');
    expect(cloud.objectOf('a')).toBeUndefined();
    expect(cloud.invalidated()).toEqual(['a', 'a']);
    expect(cloud.get('b').publications).toHaveProperty('image-serving');
    expect(await cloud.look(t('13:05'))).toEqual([]);
    const history = await cloud.library.dependencies.listHistory(company, 'a', { limit: 10 });
    expect(history.items[0]).toMatchObject({ event: 'WITHDRAWN', by: 'bob' });
  });

  it.each(['deleteFromOrigin', 'recordWithdrawal', 'invalidateAssets', 'recordDates'])(
    'is withdrawn and invalidated by the next look after a call that died at %s',
    async (died) => {
      const cloud = cloudWith([imageAsset('a', { intent: 'live' })]);
      await cloud.publish('a');
      await cloud.set('a', { liveUntil: t('13:00') });
      const before = cloud.invalidated().length;
      cloud.library.fault = (call) => {
        if (call === died) throw new Crash();
      };
      await expect(cloud.apply(t('13:00'))).rejects.toThrow();
      cloud.library.fault = () => {};
      expect(cloud.get('a').due).toBe(t('13:00'));
      await cloud.apply(t('13:05'));
      expect(cloud.get('a')).toMatchObject({ intent: 'held', publications: {} });
      expect(cloud.get('a')).not.toHaveProperty('due');
      expect(cloud.objectOf('a')).toBeUndefined();
      expect(cloud.invalidated().length).toBeGreaterThan(before);
    },
  );

  it('is withdrawn days later, too, if nothing has looked until then, without going live in between', async () => {
    const cloud = cloudWith([imageAsset('a'), imageAsset('b', { intent: 'live' })]);
    await cloud.publish('b');
    await cloud.set('a', { liveFrom: t('13:00'), liveUntil: t('14:00') });
    await cloud.set('b', { liveUntil: t('14:00') });
    await cloud.apply('2026-11-27T09:00:00.000Z');
    expect(cloud.jobs()).toEqual([]);
    expect(cloud.get('a')).toMatchObject({ intent: 'held', publications: {} });
    expect(cloud.get('b')).toMatchObject({ intent: 'held', publications: {} });
  });

  it('is invalidated with all that end then, by one tag if they are more than 500', async () => {
    const dates = { liveUntil: t('13:00'), due: t('13:00') };
    const many = Array.from({ length: 501 }, (_, index) => {
      const key = `luma/image/a${index}`;
      const publications = { 'image-serving': { version: 1, at: t('08:00'), by: 'ann', key } };
      return imageAsset(`a${index}`, { intent: 'live', publications, ...dates });
    });
    const cloud = cloudWith(many);
    await cloud.apply(t('13:00'));
    expect(cloud.library.memory.messages.map(({ body }) => body)).toEqual([{ company, all: true }]);
    for (const { id } of many) expect(cloud.get(id)).not.toHaveProperty('due');
  });

  it('is not published any more by hand, and its time can be set to a later one', async () => {
    const cloud = cloudWith();
    await cloud.set('a', { liveUntil: t('11:00') });
    const publish = () =>
      publishClosures(
        company,
        [cloud.get('a')],
        { by: 'ann', settings: defaultSettings, until: Number.POSITIVE_INFINITY },
        { ...cloud.library.dependencies, now: cloud.now },
      );
    expect((await publish()).get('a')).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining(`It was to be live until ${t('11:00')}`),
    });
    await cloud.set('a', { liveUntil: t('15:00') });
    expect((await publish()).get('a')).toMatchObject({ outcome: 'published' });
    expect(cloud.objectOf('a')?.metadata).toHaveProperty('live-until');
    expect(cloud.get('a')).toMatchObject({ due: t('15:00') });
  });
});

describe('setting dates', () => {
  it('withdraws within a minute what is live too early, and publishes it at its beginning', async () => {
    const cloud = cloudWith([imageAsset('a', { intent: 'live' })]);
    await cloud.publish('a');
    await cloud.set('a', { liveFrom: t('14:00') });
    await cloud.apply(t('12:01'));
    expect(cloud.get('a')).toMatchObject({ intent: 'held', publications: {}, due: t('14:00') });
    expect(cloud.objectOf('a')).toBeUndefined();
    await cloud.apply(t('14:00'));
    expect(cloud.jobs()).toHaveLength(1);
  });

  it('counts for the images that are derived from an image, which have no dates of their own', async () => {
    const cloud = cloudWith([imageAsset('a', { intent: 'live' })]);
    const derived = { company, parent: 'a', id: 'teaser', recipe: 'wid=40', publish: true };
    await createDerived(derived, saving, cloud.library.dependencies);
    await cloud.set('a', { liveUntil: t('13:00') });
    expect(cloud.get('teaser')).toMatchObject({ liveUntil: t('13:00'), due: t('13:00') });
    expect(cloud.objectOf('teaser')?.metadata).toHaveProperty('live-until');
    await expect(cloud.set('teaser', {})).rejects.toMatchObject({ code: 'dates.refused' });
    // One that is made later has them, too.
    await createDerived({ ...derived, id: 'banner' }, saving, cloud.library.dependencies);
    expect(cloud.get('banner')).toMatchObject({ liveUntil: t('13:00'), due: t('13:00') });
    expect(cloud.objectOf('banner')?.metadata).toHaveProperty('live-until');
    await cloud.apply(t('13:00'));
    for (const id of ['a', 'teaser', 'banner'])
      expect(cloud.get(id)).toMatchObject({ intent: 'held', publications: {} });
  });

  it.each(['copyToOrigin', 'recordPublication', 'invalidateAssets'])(
    'reaches the objects by a repeated call after one that died at %s',
    async (died) => {
      const cloud = cloudWith([imageAsset('a', { intent: 'live' })]);
      await cloud.publish('a');
      cloud.library.fault = (call) => {
        if (call === died) throw new Crash();
      };
      await expect(cloud.set('a', { liveUntil: t('13:00') })).rejects.toThrow(Crash);
      cloud.library.fault = () => {};
      await cloud.set('a', { liveUntil: t('13:00') });
      expect(cloud.objectOf('a')?.metadata).toHaveProperty('live-until');
      expect(cloud.invalidated()).toEqual(['a']);
    },
  );

  it('to a later end costs no invalidation, and without an end the objects have none', async () => {
    const cloud = cloudWith([imageAsset('a', { intent: 'live' })]);
    await cloud.publish('a');
    await cloud.set('a', { liveUntil: t('13:00') });
    await cloud.set('a', { liveUntil: t('15:00') });
    expect(cloud.invalidated()).toEqual(['a']);
    await cloud.set('a', {});
    expect(cloud.objectOf('a')?.metadata).not.toHaveProperty('live-until');
    expect(cloud.invalidated()).toEqual(['a']);
    expect(await cloud.look(t('13:00'))).toEqual([]);
  });

  it('during a publication leaves no object with another end', async () => {
    const cloud = cloudWith([imageAsset('a', { intent: 'live' })]);
    const { dependencies } = cloud.library;
    const result = await publishAsset(
      cloud.get('a'),
      ['image-serving'],
      { ...saving, at: t('08:00') },
      {
        ...dependencies,
        async copyToOrigin(...copy) {
          await dependencies.copyToOrigin(...copy);
          if (cloud.get('a').liveUntil === undefined) await cloud.set('a', { liveUntil: t('13:00') });
        },
      },
    );
    expect(result).toMatchObject({ changed: true, published: [] });
    expect(cloud.get('a').publications).toEqual({});
    expect(cloud.objectOf('a')).toBeUndefined();
  });
});

describe('the look of each minute', () => {
  it('sends what is due until the next one to the second, and what is late every five minutes', async () => {
    const cloud = cloudWith([imageAsset('a'), imageAsset('b'), imageAsset('c')]);
    await cloud.set('a', { liveFrom: t('13:00') });
    await cloud.set('b', { liveFrom: t('13:01') });
    await cloud.set('c', { liveFrom: t('13:00') });
    expect(await cloud.look('2026-11-24T12:58:59.999Z')).toEqual([]);
    expect(await cloud.look('2026-11-24T12:59:20.500Z')).toEqual([{ company, due: t('13:00'), delay: 40 }]);
    expect(await cloud.look('2026-11-24T13:00:20.500Z')).toEqual([
      { company, due: t('13:00'), delay: 0 },
      { company, due: t('13:01'), delay: 40 },
    ]);
    expect(await cloud.look('2026-11-24T13:04:20.500Z')).toEqual([]);
    expect(await cloud.look('2026-11-24T13:05:20.500Z')).toEqual([
      { company, due: t('13:00'), delay: 0 },
      { company, due: t('13:01'), delay: 0 },
    ]);
  });

  it('costs four queries, however many assets have dates later', async () => {
    const many = Array.from({ length: 50 }, (_, index) => imageAsset(`a${index}`));
    const cloud = cloudWith(many);
    for (const { id } of many) await cloud.set(id, { liveFrom: t('18:00') });
    const before = cloud.library.memory.calls.length;
    await cloud.look(t('13:00'));
    expect(cloud.library.memory.calls.length - before).toBe(4);
  });

  it('finds each company once for a moment, beyond a page', async () => {
    const cloud = cloudWith([]);
    const { tables } = cloud.library.memory;
    for (let index = 0; index < 3_000; index += 1) {
      const of = index < 2_500 ? 'big' : 'small';
      tables.assets.put({
        ...{ pk: `ASSET#${of}#${index}`, sk: 'ASSET' },
        ...{ dueKey: `DUE#${index % 2}`, dueSort: `${t('13:00')}#${of}` },
      });
    }
    const before = cloud.library.memory.calls.length;
    expect(await cloud.look(t('13:00'))).toEqual([
      { company: 'big', due: t('13:00'), delay: 0 },
      { company: 'small', due: t('13:00'), delay: 0 },
    ]);
    expect(cloud.library.memory.calls.length - before).toBeLessThanOrEqual(8);
  });

  it('passes the rest on when its time is short', async () => {
    const many = Array.from({ length: 8 }, (_, index) => imageAsset(`a${index}`));
    const cloud = cloudWith(many);
    for (const { id } of many) await cloud.set(id, { liveFrom: t('13:00') });
    const [moment] = await cloud.look(t('13:00'));
    if (!moment) throw new Error('Nothing is due');
    cloud.sent.length = 0;
    await applyDates(moment, { ...cloud.dependencies(), timeLeft: () => 59_000 });
    expect(cloud.jobs()).toEqual([]);
    expect(cloud.sent).toEqual([{ company, due: t('13:00'), delay: 0 }]);
    await applyDates(moment, cloud.dependencies());
    expect([...cloud.lists.values()].flat()).toHaveLength(8);
  });
});
