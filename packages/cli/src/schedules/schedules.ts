import { defineCommand, flag, one, text } from '../command.ts';
import { findMember } from '../companies/find-member.ts';
import { usageError } from '../errors/command-error.ts';
import { exitCodeOfJob, followJob } from '../jobs/follow-job.ts';
import { jobLines } from '../jobs/job-text.ts';
import { publishJobBody, publishJobOptions } from '../jobs/publish-options.ts';
import { formatFields, formatTime } from '../output/format.ts';
import type { Paint } from '../output/paint.ts';
import { findSchedule, type Schedule } from './find-schedule.ts';
import { ruleOf, ruleOptions } from './rule-options.ts';

const scheduleArgument = one('Id of the schedule, the beginning of its id, or its name');

const stateText = ({ active, completed }: Schedule, paint: Paint) =>
  active ? paint('green', 'active') : paint('yellow', completed === undefined ? 'paused' : 'completed');

type Fields = Parameters<typeof formatFields>[0];

/** What its jobs do: publish, or upload from elsewhere. */
function jobFields({ job, upload, submittedBy }: Schedule): Fields {
  if (upload) {
    const { from, folder, notification } = upload;
    const source = 'urls' in from ? `${from.urls.length} URLs` : `s3://${from.bucket}/${from.prefix}`;
    return [
      ['Upload', `${from.changedOnly ? 'what changed in' : 'all of'} ${source}`],
      ['Folder', folder],
      ['Owner', submittedBy],
      ['Notification', notification?.url],
    ];
  }
  return [
    ['Publish', job && `${job.publish} to ${job.servers?.join(', ') ?? 'all servers'}`],
    ['Folder', job?.scope && `${job.scope.folder}${job.scope.below ? ' and below' : ''}`],
    ['Owner', job?.runAs ?? submittedBy],
    ['Notification', job?.notification?.url],
  ];
}

const scheduleLines = (schedule: Schedule, paint: Paint): string[] => [
  `${paint('bold', schedule.name)}  ${stateText(schedule, paint)}`,
  ...formatFields(
    [
      ['Id', schedule.id],
      ['Rule', schedule.description],
      ['Next run', schedule.nextRun && `${schedule.nextRun.local} (${formatTime(schedule.nextRun.at)} UTC)`],
      [
        'Last run',
        schedule.lastRun &&
          `${formatTime(schedule.lastRun.due)} UTC, ${schedule.lastRun.status ?? 'deleted'}, job ${schedule.lastRun.jobId}`,
      ],
      ['Skipped', schedule.skipped && `${formatTime(schedule.skipped.due)} UTC: ${schedule.skipped.because}`],
      ...jobFields(schedule),
      ['Warning', schedule.warning],
    ],
    paint,
  ),
];

export const addSchedule = defineCommand({
  path: 'schedules add',
  feature: 'schedules',
  summary: 'Make a schedule of publish jobs',
  args: { name: one('Name of the schedule and of its jobs') },
  options: { ...ruleOptions, ...publishJobOptions, paused: flag('start paused') },
  examples: [
    {
      command: 'schedules add Autumn --weekly Mon,Wed --at 14:10 --time-zone America/New_York',
      does: 'publishes twice a week',
    },
    {
      command: 'schedules add Sale --once 2027-03-15T00:00 --type full --in /sale/ --below',
      does: 'publishes a folder at one time',
    },
    { command: 'schedules add Hourly --custom "0 0 * ? * *"', does: 'publishes every hour' },
  ],
  show: { lines: scheduleLines },
  async *run(context, { name, paused, runAs, ...given }) {
    const rule = ruleOf(given);
    if (!rule)
      throw usageError('When does it run?', 'Give --once, --daily, --weekly, --monthly or --custom.');
    const owner = runAs === undefined ? undefined : (await findMember(context, runAs)).subject;
    const body = {
      name,
      rule,
      active: !paused,
      job: publishJobBody(given, owner),
      ...(given.timeZone === undefined ? {} : { timeZone: given.timeZone }),
    };
    yield await context.client.call('createSchedule', { body, signal: context.signal });
    return 0;
  },
});

export const listSchedules = defineCommand({
  path: 'schedules ls',
  feature: 'schedules',
  summary: 'List schedules with their next and last run',
  args: {},
  options: { paused: flag('only schedules that are paused or completed'), mine: flag('only your own') },
  examples: [{ command: 'schedules ls', does: 'lists schedules, oldest first' }],
  show: {
    columns: [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ name }, paint) => paint('bold', name) },
      { title: 'STATE', cell: stateText },
      { title: 'NEXT RUN', cell: ({ nextRun }) => nextRun?.local ?? '' },
      { title: 'LAST', cell: ({ lastRun }) => lastRun?.status ?? '' },
      { title: 'RULE', cell: ({ description }) => description },
    ],
    none: 'There is no schedule.',
  },
  async *run({ client, signal }, { paused, mine }) {
    const query = {
      active: paused ? false : undefined,
      owner: mine ? ('mine' as const) : undefined,
      limit: 1_000,
    };
    yield* client.all('listSchedules', { query, signal });
    return 0;
  },
});

export const showSchedule = defineCommand({
  path: 'schedules show',
  feature: 'schedules',
  summary: 'Show a schedule',
  args: { schedule: scheduleArgument },
  options: {},
  examples: [{ command: 'schedules show Autumn', does: 'shows rule, next run and last run' }],
  show: { lines: scheduleLines },
  async *run(context, { schedule }) {
    yield await findSchedule(context, schedule);
    return 0;
  },
});

export const editSchedule = defineCommand({
  path: 'schedules edit',
  feature: 'schedules',
  summary: 'Change a schedule. What is not named stays as it is',
  notes: ['Options of its jobs replace all options of its jobs; without any of them they stay.'],
  args: { schedule: scheduleArgument },
  options: { name: text('<name>', 'new name'), ...ruleOptions, ...publishJobOptions },
  examples: [{ command: 'schedules edit Autumn --daily --at 06:00', does: 'changes when it runs' }],
  show: { lines: scheduleLines },
  async *run(context, { schedule: wanted, name, runAs, ...given }) {
    const { client, signal } = context;
    const { id } = await findSchedule(context, wanted);
    const owner = runAs === undefined ? undefined : (await findMember(context, runAs)).subject;
    const job = publishJobBody(given, owner);
    const rule = ruleOf(given);
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(rule === undefined ? {} : { rule }),
      ...(given.timeZone === undefined ? {} : { timeZone: given.timeZone }),
      ...(Object.keys(job).length === 0 ? {} : { job }),
    };
    if (Object.keys(body).length === 0) throw usageError('Name at least one thing to change.');
    const { etag } = await client.callTagged('readSchedule', { params: { id }, signal });
    yield await client.call('editSchedule', { params: { id }, body, ifMatch: etag, signal });
    return 0;
  },
});

export const pauseSchedule = defineCommand({
  path: 'schedules pause',
  feature: 'schedules',
  summary: 'Pause a schedule. A running job continues',
  args: { schedule: scheduleArgument },
  options: {},
  examples: [{ command: 'schedules pause Autumn', does: 'pauses a schedule' }],
  show: { lines: scheduleLines },
  async *run(context, { schedule }) {
    const { id } = await findSchedule(context, schedule);
    yield await context.client.call('editSchedule', {
      params: { id },
      body: { active: false },
      signal: context.signal,
    });
    return 0;
  },
});

export const resumeSchedule = defineCommand({
  path: 'schedules resume',
  feature: 'schedules',
  summary: 'Resume a paused schedule. Missed runs are not made up',
  args: { schedule: scheduleArgument },
  options: {},
  examples: [{ command: 'schedules resume Autumn', does: 'resumes a schedule' }],
  show: { lines: scheduleLines },
  async *run(context, { schedule }) {
    const { id } = await findSchedule(context, schedule);
    yield await context.client.call('editSchedule', {
      params: { id },
      body: { active: true },
      signal: context.signal,
    });
    return 0;
  },
});

export const deleteSchedule = defineCommand({
  path: 'schedules rm',
  feature: 'schedules',
  summary: 'Delete a schedule; its jobs stay',
  args: { schedule: scheduleArgument },
  options: { yes: flag('do not ask') },
  examples: [{ command: 'schedules rm Autumn', does: 'asks, and deletes a schedule' }],
  show: { lines: ({ name, id }) => [`The schedule ${name} (${id}) is deleted.`] },
  async *run(context, { schedule: wanted, yes }) {
    const { id, name } = await findSchedule(context, wanted);
    await context.confirm(`Delete the schedule ${name}?`, yes);
    yield await context.client.call('deleteSchedule', { params: { id }, signal: context.signal });
    return 0;
  },
});

export const runSchedule = defineCommand({
  path: 'schedules run',
  feature: 'schedules',
  summary: 'Start the job of a schedule now, even if it is paused',
  args: { schedule: scheduleArgument },
  options: { watch: flag('follow the job until it has finished') },
  examples: [{ command: 'schedules run Autumn --watch', does: 'starts the job and waits' }],
  show: { lines: jobLines },
  async *run(context, { schedule, watch }) {
    const { id } = await findSchedule(context, schedule);
    const job = await context.client.call('runSchedule', { params: { id }, signal: context.signal });
    if (watch) return exitCodeOfJob(yield* followJob(context, job));
    yield job;
    return 0;
  },
});

export const previewSchedule = defineCommand({
  path: 'schedules preview',
  feature: 'schedules',
  summary: 'Show the next runs of a rule. Nothing is saved',
  args: {},
  options: ruleOptions,
  examples: [
    {
      command: 'schedules preview --monthly last-Fri --at 18:00 --time-zone Europe/Berlin',
      does: 'shows five runs',
    },
  ],
  show: {
    lines: ({ description, nextRuns, clockChanges }, paint) => [
      paint('bold', description),
      ...nextRuns.map(({ local, at }) => `  ${local}  (${formatTime(at)} UTC)`),
      ...clockChanges.map(
        ({ local, effect }) => `${paint('yellow', 'clocks')}  ${local}: ${clockTexts[effect]}`,
      ),
    ],
  },
  async *run({ client, signal }, given) {
    const rule = ruleOf(given);
    if (!rule) throw usageError('Which rule?', 'Give --once, --daily, --weekly, --monthly or --custom.');
    const body = { rule, ...(given.timeZone === undefined ? {} : { timeZone: given.timeZone }) };
    yield await client.call('previewSchedule', { body, signal });
    return 0;
  },
});

const clockTexts = {
  'left-out': 'clocks skip this time, so there is no run',
  'first-pass': 'this time occurs twice; the run takes place the first time',
  'both-passes': 'this time occurs twice; there are two runs',
} as const;
