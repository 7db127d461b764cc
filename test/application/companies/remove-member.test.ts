import { beforeEach, describe, expect, it } from 'vitest';
import { memberStore } from '../../../adapters/dynamodb/companies/member-store.ts';
import { jobListStore } from '../../../adapters/dynamodb/jobs/job-list-store.ts';
import { jobStore } from '../../../adapters/dynamodb/jobs/job-store.ts';
import { scheduleStore } from '../../../adapters/dynamodb/schedules/schedule-store.ts';
import { changeRole } from '../../../application/companies/change-role.ts';
import { removeMember } from '../../../application/companies/remove-member.ts';
import type { MemberKind } from '../../../domain/companies/member.ts';
import type { Role } from '../../../domain/companies/role.ts';
import { publishJob, schedule, uploadJob } from '../../functions/serve-api/api-records.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';

const { JOB_TABLE } = cloudNames;
const cloud = memoryCloud();
const { documents } = cloud.clients;
const store = memberStore(documents, JOB_TABLE);
const dependencies = {
  ...store,
  ...scheduleStore(documents, JOB_TABLE),
  ...jobStore(documents, JOB_TABLE),
  ...jobListStore(documents, JOB_TABLE, Date.now),
  now: cloud.now,
};
const company = 'luma';
const view = cloud.own;

const add = (subject: string, role: Role, kind: MemberKind = 'person') =>
  store.addMember({ company, subject, role, kind });
const remove = (subject: string, removal: { successor?: string; by?: string } = {}) =>
  removeMember(company, subject, { by: 'ann', ...removal }, dependencies);

beforeEach(async () => {
  cloud.clear();
  cloud.hook.onCall = undefined;
  await add('ann', 'admin');
  await add('bea', 'user');
  await add('cleo', 'user');
});

describe('A member who is removed', () => {
  const theirs = { ...schedule, submittedBy: 'bea' };
  const running = { ...publishJob, submittedBy: 'bea', status: 'running' as const };
  const queued = { ...running, id: '01M868ZYSAAE2H8JTE1Z5727DQ', status: 'queued' as const };
  const upload = { ...uploadJob, submittedBy: 'bea' };
  const others = { ...running, id: '01M868ZYSAAE2H8JTE1Z5727DR', submittedBy: 'cleo' };

  beforeEach(() => {
    view.schedules.set(theirs.id, theirs);
    for (const job of [running, queued, upload, others]) view.jobs.set(job.id, job);
  });

  it('is no member any more, and the caller has the schedules and the unfinished jobs', async () => {
    expect(await remove('bea')).toEqual({
      successor: 'ann',
      schedules: [theirs.id],
      jobs: [upload.id, running.id, queued.id],
    });
    expect(await store.findRole(company, 'bea')).toBeUndefined();
    expect(await store.listCompaniesOf('bea')).toEqual([]);
    expect(view.schedules.get(theirs.id)).toMatchObject({
      submittedBy: 'ann',
      modifiedBy: 'ann',
      version: 2,
    });
    expect(view.jobs.get(running.id)).toMatchObject({ submittedBy: 'bea', runAs: 'ann' });
    expect(view.jobs.get(queued.id)).toMatchObject({ submittedBy: 'bea', runAs: 'ann' });
    expect(view.jobs.get(upload.id)).toMatchObject({ submittedBy: 'ann' });
    expect(view.jobs.get(others.id)).toEqual(others);
  });

  it('has the successor that the request names', async () => {
    expect(await remove('bea', { successor: 'cleo' })).toMatchObject({ successor: 'cleo' });
    expect(view.schedules.get(theirs.id)).toMatchObject({ submittedBy: 'cleo' });
  });

  it('keeps run times: the revision stays, so that the slots in EventBridge Scheduler stay valid', async () => {
    await remove('bea');
    expect(view.schedules.get(theirs.id)).toMatchObject({ revision: theirs.revision, slots: theirs.slots });
  });

  it('is replaced as the member that schedules run as', async () => {
    const job = { publish: 'full' } as const;
    const runAs = { ...schedule, submittedBy: 'ann' };
    view.schedules.set(theirs.id, { ...runAs, job: { ...job, runAs: 'bea' } });
    await remove('bea', { successor: 'cleo' });
    expect(view.schedules.get(theirs.id)).toMatchObject({ submittedBy: 'ann', job: { runAs: 'cleo' } });
    view.schedules.set(theirs.id, { ...runAs, job: { ...job, runAs: 'cleo' } });
    await remove('cleo');
    expect(view.schedules.get(theirs.id)?.job).toEqual(job);
  });

  it('is locked out before anything is handed over, and the same call continues what was interrupted', async () => {
    cloud.hook.onCall = async ({ command, targets }, next) => {
      if (command === 'Update' && targets.some((target) => target.includes('SCHEDULES#')))
        throw new Error('down');
      return next();
    };
    await expect(remove('bea')).rejects.toThrow('down');
    expect(await store.findRole(company, 'bea')).toBeUndefined();
    cloud.hook.onCall = undefined;
    expect(await remove('bea')).toMatchObject({ successor: 'ann', schedules: [theirs.id] });
    await expect(remove('bea')).rejects.toMatchObject({ code: 'member.not-found' });
  });

  it.each([
    ['bea', 'must be another member than the one who is removed'],
    ['nobody', 'must be the subject of a member of the company; nobody is none'],
    ['vera', 'must be a user or an admin; vera is a viewer'],
  ])('stays if the successor is %s', async (successor, message) => {
    await add('vera', 'viewer');
    await expect(remove('bea', { successor })).rejects.toThrow(`successor: ${message}`);
    expect(await store.findRole(company, 'bea')).toBe('user');
  });

  it('stays if the successor may not have one of the schedules', async () => {
    await add('max', 'admin');
    view.schedules.set(theirs.id, {
      ...theirs,
      submittedBy: 'max',
      job: { publish: 'full', invalidate: true },
    });
    await expect(remove('max', { successor: 'cleo' })).rejects.toThrow(
      'successor: cannot have the schedule "Autumn collection". Only admins may let jobs invalidate the CDN',
    );
    expect(await store.findRole(company, 'max')).toBe('admin');
  });
});

describe('The last admin of a company', () => {
  it.each([
    ['be removed', () => remove('ann', { successor: 'bea' })],
    ['become a user', () => changeRole(company, 'ann', 'user', store)],
  ])('cannot %s, also if a machine is an admin', async (_, change) => {
    await add('robot', 'admin', 'machine');
    await expect(change()).rejects.toMatchObject({ code: 'member.last-admin' });
    expect(await store.findRole(company, 'ann')).toBe('admin');
  });

  it('leaves after another one was made, who gets what they had', async () => {
    await changeRole(company, 'bea', 'admin', store);
    expect(await remove('ann')).toMatchObject({ successor: 'bea' });
    await expect(remove('bea', { by: 'bea' })).rejects.toMatchObject({ code: 'member.last-admin' });
  });

  it('stays where two admins remove each other at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      await changeRole(company, 'ann', 'admin', store).catch(() => add('ann', 'admin'));
      await changeRole(company, 'bea', 'admin', store).catch(() => add('bea', 'admin'));
      const results = await Promise.allSettled([
        remove('ann', { by: 'bea' }),
        round % 2 === 0 ? remove('bea', { by: 'ann' }) : changeRole(company, 'bea', 'viewer', store),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const members = await store.listMembers(company);
      expect(members.filter(({ role }) => role === 'admin')).toHaveLength(1);
    }
  });

  it('stays where the other admin goes between the look and the write', async () => {
    await changeRole(company, 'bea', 'admin', store);
    let isFirst = true;
    cloud.hook.onCall = async ({ command }, next) => {
      if (command === 'TransactWrite' && isFirst) {
        isFirst = false;
        await changeRole(company, 'bea', 'user', store);
      }
      return next();
    };
    await expect(changeRole(company, 'ann', 'user', store)).rejects.toMatchObject({
      code: 'member.last-admin',
    });
    expect(await store.findRole(company, 'ann')).toBe('admin');
  });
});
