import type { OperationBody, OperationResponse } from '@pressroom/client/create-client';

/** What is typed into the form of a publish job, and the requests that it makes. */

type NewJob = NonNullable<OperationBody<'submitJob'>>;
export type Schedule = OperationResponse<'readSchedule'>;
export type Rule = Schedule['rule'];
export type Weekday = Extract<Rule, { repeat: 'weekly' }>['weekdays'][number];
export type Server = NonNullable<NewJob['servers']>[number];
export type PublishKind = NonNullable<NewJob['publish']>;
export type Email = NonNullable<NewJob['email']>;
export type JobScope = NonNullable<NewJob['scope']>;
export type Repeat = 'daily' | 'weekly' | 'monthly' | 'custom';

export const weekdays: readonly Weekday[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export interface JobDraft {
  readonly when: 'now' | 'later' | 'recurring';
  readonly name: string;
  /** `YYYY-MM-DD`, of `later`. */
  readonly date: string;
  /** `HH:MM`, of `later` and of all repeats but `custom`. */
  readonly time: string;
  readonly repeat: Repeat;
  readonly weekdaysOnly: boolean;
  readonly weekdays: readonly Weekday[];
  readonly monthlyOn: 'day' | 'weekday';
  /** 1 to 31, or `last`. */
  readonly day: string;
  /** 1 to 5, or `last`. */
  readonly week: string;
  readonly weekday: Weekday;
  readonly custom: string;
  readonly timeZone: string;
  readonly scope: 'library' | 'folder' | 'given';
  readonly folder: string;
  readonly below: boolean;
  /** Empty: all servers of the company. */
  readonly servers: readonly Server[];
  readonly publish: PublishKind;
  readonly force: boolean;
  readonly invalidate: boolean;
  /** Subject; empty: the person who submits. */
  readonly runAs: string;
  readonly notificationUrl: string;
  readonly onlyIfPublished: boolean;
  readonly email: Email;
}

/** A job with everything as the specification has it by default. */
export function newDraft(timeZone: string, values: Partial<JobDraft> = {}): JobDraft {
  return {
    when: 'now',
    name: 'Publish',
    date: '',
    time: '06:00',
    repeat: 'daily',
    weekdaysOnly: false,
    weekdays: ['Mon'],
    monthlyOn: 'day',
    day: '1',
    week: '1',
    weekday: 'Mon',
    custom: '0 0 6 ? * Mon-Fri',
    timeZone,
    scope: 'library',
    folder: '/',
    below: true,
    servers: [],
    publish: 'new',
    force: false,
    invalidate: false,
    runAs: '',
    notificationUrl: '',
    onlyIfPublished: false,
    email: 'none',
    ...values,
  };
}

const dayOrLast = (text: string): number | 'last' => (text === 'last' ? 'last' : Number(text));

/** The rule that a draft says; undefined for a job that starts now. */
export function ruleOf(draft: JobDraft): Rule | undefined {
  const { when, date, time } = draft;
  if (when === 'now') return undefined;
  if (when === 'later') return { repeat: 'once', at: `${date}T${time}` };
  switch (draft.repeat) {
    case 'daily':
      return { repeat: 'daily', time, ...(draft.weekdaysOnly && { weekdaysOnly: true }) };
    case 'weekly':
      return { repeat: 'weekly', time, weekdays: [...draft.weekdays] };
    case 'monthly':
      return {
        repeat: 'monthly',
        time,
        on:
          draft.monthlyOn === 'day'
            ? { day: dayOrLast(draft.day) }
            : { week: dayOrLast(draft.week), weekday: draft.weekday },
      };
    case 'custom':
      return { repeat: 'custom', text: draft.custom };
  }
}

/** The options that a job of any kind has. */
function optionsOf(draft: JobDraft) {
  return {
    publish: draft.publish,
    ...(draft.servers.length > 0 && { servers: [...draft.servers] }),
    ...(draft.force && { force: true }),
  };
}

/** Options around the work: they are no part of a plan. */
export function aroundOf(draft: JobDraft) {
  return {
    ...(draft.invalidate && { invalidate: true }),
    ...(draft.runAs && { runAs: draft.runAs }),
    ...(draft.email !== 'none' && { email: draft.email }),
    ...(draft.notificationUrl && {
      notification: { url: draft.notificationUrl, onlyIfPublished: draft.onlyIfPublished },
    }),
  };
}

function folderScopeOf(draft: JobDraft) {
  return draft.scope === 'folder' ? { scope: { folder: draft.folder, below: draft.below } } : {};
}

/** What is planned, and then submitted. */
export function planOf(draft: JobDraft, given: JobScope | undefined) {
  return {
    ...optionsOf(draft),
    ...(draft.scope === 'given' && given ? { scope: given, partial: true } : folderScopeOf(draft)),
  };
}

/** The options of the jobs of a schedule. */
export function scheduledJobOf(draft: JobDraft) {
  return { ...optionsOf(draft), ...aroundOf(draft), ...folderScopeOf(draft) };
}

/**
 * The draft that a schedule was made of: of one of uploads, when it runs and who is notified. The address of its notification
 * is not known: the API shows the host alone.
 */
export function draftOf({ name, rule, timeZone, job, upload }: Schedule): JobDraft {
  const { email = 'none', notification } = job ?? upload ?? {};
  return newDraft(timeZone, {
    name,
    ...partsOf(rule),
    ...(job?.scope && { scope: 'folder', folder: job.scope.folder, below: job.scope.below }),
    ...(job && {
      servers: job.servers ?? [],
      publish: job.publish,
      force: job.force ?? false,
      invalidate: job.invalidate ?? false,
      runAs: job.runAs ?? '',
    }),
    email,
    onlyIfPublished: notification?.onlyIfPublished ?? false,
  });
}

function partsOf(rule: Rule): Partial<JobDraft> {
  switch (rule.repeat) {
    case 'once':
      return { when: 'later', date: rule.at.slice(0, 10), time: rule.at.slice(11, 16) };
    case 'daily':
      return {
        when: 'recurring',
        repeat: 'daily',
        time: rule.time,
        weekdaysOnly: rule.weekdaysOnly ?? false,
      };
    case 'weekly':
      return { when: 'recurring', repeat: 'weekly', time: rule.time, weekdays: rule.weekdays };
    case 'monthly':
      return {
        when: 'recurring',
        repeat: 'monthly',
        time: rule.time,
        ...('day' in rule.on
          ? { monthlyOn: 'day', day: String(rule.on.day) }
          : { monthlyOn: 'weekday', week: String(rule.on.week), weekday: rule.on.weekday }),
      };
    case 'custom':
      return { when: 'recurring', repeat: 'custom', custom: rule.text };
  }
}

/** What is missing before a request makes sense. The API checks everything else, and says it at the right field. */
export interface DraftProblems {
  readonly date?: 'needsDate';
  readonly time?: 'needsTime';
  readonly weekdays?: 'needsWeekday';
  readonly custom?: 'needsRule';
}

export function problemsOf(draft: JobDraft): DraftProblems {
  const { when, repeat } = draft;
  const hasTime = /^\d{1,2}:\d{2}$/.test(draft.time);
  const needsTime = when === 'later' || (when === 'recurring' && repeat !== 'custom');
  return {
    ...(when === 'later' && !/^\d{4}-\d{2}-\d{2}$/.test(draft.date) && { date: 'needsDate' as const }),
    ...(needsTime && !hasTime && { time: 'needsTime' as const }),
    ...(when === 'recurring' &&
      repeat === 'weekly' &&
      draft.weekdays.length === 0 && { weekdays: 'needsWeekday' as const }),
    ...(when === 'recurring' &&
      repeat === 'custom' &&
      !draft.custom.trim() && { custom: 'needsRule' as const }),
  };
}
