import { defineCommand, one } from '../command.ts';
import { CommandError, usageError } from '../errors/command-error.ts';
import { formatFields, formatStatus, formatTime } from '../output/format.ts';
import { nearestOf } from '../output/nearest.ts';
import { readProfiles, saveProfile } from '../session/profile-store.ts';

export const company = defineCommand({
  path: 'company',
  feature: 'companies',
  summary: 'Show the company, your role in it, and what needs attention',
  args: {},
  options: {},
  examples: [
    { command: 'company', does: 'shows failed jobs, paused schedules, running jobs and the next runs' },
  ],
  show: {
    lines({ company: name, api, profile, role, name: person, subject, overview }, paint) {
      const { failedJobs, pausedSchedules, unfinishedJobs, lastPublished, nextRuns } = overview;
      const section = (title: string, count: number, lines: readonly string[]) =>
        count === 0 ? [] : ['', paint('bold', `${title} (${count})`), ...lines];
      return [
        ...formatFields(
          [
            ['Company', name],
            ['API', api],
            ['Profile', profile],
            ['You', `${person ?? subject}, ${role}`],
          ],
          paint,
        ),
        ...section(
          'Failed jobs',
          failedJobs.count,
          failedJobs.items.map((job) => `  ${job.id}  ${job.name}  ${formatStatus(job.status, paint)}`),
        ),
        ...section(
          'Paused schedules',
          pausedSchedules.count,
          pausedSchedules.items.map(({ id, name: schedule, warning }) =>
            [`  ${id}  ${schedule}`, warning].filter(Boolean).join('  '),
          ),
        ),
        ...section(
          'Unfinished jobs',
          unfinishedJobs.count,
          unfinishedJobs.items.map((job) => `  ${job.id}  ${job.name}  ${formatStatus(job.status, paint)}`),
        ),
        ...section(
          'Published lately',
          lastPublished.count,
          lastPublished.items.map(
            (job) => `  ${formatTime(job.ended)}  ${job.name}  ${job.counts.done} assets`,
          ),
        ),
        ...section(
          'Next runs',
          nextRuns.count,
          nextRuns.items.map((run) => `  ${formatTime(run.at)}  ${run.name}`),
        ),
      ];
    },
  },
  async *run({ client, session }) {
    const [me, overview] = await Promise.all([client.call('readMe'), client.call('readOverview')]);
    const membership = me.companies.find((one) => one.company === session.company);
    if (!membership || session.company === undefined)
      throw new CommandError(
        4,
        'company.not-found',
        `You are not a member of ${session.company}.`,
        'List your companies with: pressroom company ls',
      );
    const person = me.name ?? me.email;
    yield {
      company: session.company,
      api: session.api,
      role: membership.role,
      subject: me.subject,
      overview,
      ...(session.profile === undefined ? {} : { profile: session.profile }),
      ...(person === undefined ? {} : { name: person }),
    };
    return 0;
  },
});

export const listCompanies = defineCommand({
  path: 'company ls',
  feature: 'companies',
  summary: 'List the companies of which you are a member',
  args: {},
  options: {},
  examples: [{ command: 'company ls', does: 'lists companies with your role in each' }],
  connects: 'without company',
  show: {
    columns: [
      {
        title: 'COMPANY',
        cell: ({ company: name, current }, paint) => (current ? paint('bold', name) : name),
      },
      { title: 'ROLE', cell: ({ role }) => role },
      { title: '', cell: ({ current }) => (current ? 'current' : '') },
    ],
    none: 'You are a member of no company yet. An admin adds you: pressroom members invite',
  },
  async *run({ client, session }) {
    const { companies } = await client.call('readMe');
    for (const membership of companies)
      yield { ...membership, current: membership.company === session.company };
    return 0;
  },
});

export const selectCompany = defineCommand({
  path: 'company use',
  feature: 'companies',
  summary: 'Choose the company that the commands of a profile use',
  args: { company: one('Name of the company') },
  options: {},
  examples: [{ command: 'company use luma', does: 'uses luma from now on' }],
  connects: 'without company',
  show: { lines: ({ profile, company: name }) => [`The profile ${profile} uses ${name} now.`] },
  async *run({ client, session, io }, { company: name }) {
    const { companies } = await client.call('readMe');
    const names = companies.map((membership) => membership.company);
    if (!names.includes(name))
      throw new CommandError(
        4,
        'company.not-found',
        `You are not a member of ${name}.${nearestOf(name, names)}`,
        'List your companies with: pressroom company ls',
      );
    const { profiles } = await readProfiles(io);
    const profile = session.profile === undefined ? undefined : profiles[session.profile];
    if (session.profile === undefined || !profile)
      throw usageError('No profile is in use.', 'Set PRESSROOM_COMPANY instead.');
    await saveProfile(io, session.profile, { ...profile, company: name });
    yield { profile: session.profile, company: name };
    return 0;
  },
});
