import { describe, expect, it } from 'vitest';
import { now } from '../api-records.ts';
import { ask } from '../ask.ts';

const since = (time: string) => ({ path: '/changes', query: `since=${time}` });

describe('GET /changes', () => {
  it('reports everything, and the time for the next request, to those who ask first', async () => {
    const { body } = await ask('viewer', { path: '/changes' });
    expect(body).toMatchObject({ since: now, changed: ['assets', 'jobs', 'schedules', 'settings'] });
  });

  it('reports the kinds that were marked since', async () => {
    const readMarks = async () => ({ jobs: now, settings: '2026-11-24T08:00:00.000Z' });
    expect((await ask('viewer', since(now), { readMarks })).body).toMatchObject({
      since: now,
      changed: ['jobs'],
    });
  });

  it('counts the jobs that have not ended where jobs have changed', async () => {
    const { body: overview } = await ask('viewer', { path: '/overview' });
    const { count } = overview.unfinishedJobs as { readonly count: number };
    expect(count).toBeGreaterThan(0);
    const readMarks = async () => ({ jobs: now });
    expect((await ask('viewer', since(now), { readMarks })).body).toEqual({
      since: now,
      changed: ['jobs'],
      activeJobs: count,
    });
  });

  it('reports nothing where nothing was changed', async () => {
    expect((await ask('viewer', since(now), { readMarks: async () => ({}) })).body).toEqual({
      since: now,
      changed: [],
    });
  });

  it.each([
    ['yesterday', 'Invalid'],
    ['2026-11-24', 'Invalid'],
    ['', 'Invalid'],
    [
      '2027-01-01T00:00:00Z',
      `must not be in the future: send the since of the previous response. It is ${now} now`,
    ],
  ])('refuses since=%s with 400', async (time, message) => {
    const response = await ask('viewer', since(time));
    expect(response).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'since', message: expect.stringContaining(message) }] },
    });
  });
});
