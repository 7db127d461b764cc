import { z } from 'zod';
import { ExpressionProblem, parseExpression } from './schedule-expression.ts';
import { SchedulerError } from './scheduler-error.ts';

/** A StartDate may be this far in the past (AWS refuses "earlier than 5 minutes ago"). */
const maxStartAgeMs = 5 * 60_000;
/** Bytes of an input: the smallest limit of the targets (SQS, Step Functions and asynchronous Lambda: 256 KB). */
const inputLimit = 262_144;

/** Names of schedules and groups (API model of Scheduler). */
export const nameSchema = z
  .string()
  .regex(/^[0-9a-zA-Z-_.]{1,64}$/, 'Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]{1,64}$');

export const tokenSchema = z
  .string()
  .regex(/^[a-zA-Z0-9-_]{1,64}$/, 'Member must satisfy regular expression pattern: ^[a-zA-Z0-9-_]{1,64}$');

const onlyWithout = (what: string) => z.undefined(`The local cloud ${what}; leave it out`);

const targetSchema = z.strictObject({
  Arn: z.string().min(1).max(1600),
  RoleArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'Member must be the ARN of a role'),
  Input: z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= inputLimit, `Member must have at most ${inputLimit} bytes`)
    .optional(),
  DeadLetterConfig: z
    .strictObject({
      Arn: z
        .string()
        .regex(
          /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9\-_]+$/,
          'Member must be the ARN of a standard queue',
        )
        .optional(),
    })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).default(86_400),
      MaximumRetryAttempts: z.int().min(0).max(185).default(185),
    })
    .default({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }),
  SqsParameters: z.strictObject({ MessageGroupId: z.string().min(1).max(128).optional() }).optional(),
});

const settingsSchema = z.strictObject({
  Name: nameSchema,
  GroupName: nameSchema.default('default'),
  Description: z.string().max(512).optional(),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  /** Seconds since 1970, as in the API. */
  StartDate: z.number().optional(),
  EndDate: z.number().optional(),
  FlexibleTimeWindow: z.strictObject({
    Mode: z.literal('OFF', 'The local cloud has no flexible time windows: Member must be OFF'),
    MaximumWindowInMinutes: onlyWithout('has no flexible time windows').optional(),
  }),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  KmsKeyArn: onlyWithout('does not encrypt schedules').optional(),
  Target: targetSchema,
});

/** The settings of CreateSchedule and UpdateSchedule in the spelling of the API, with defaults. */
export type ScheduleSettings = z.infer<typeof settingsSchema>;

/** Region and account of the schedules and their targets. */
interface Location {
  readonly region: string;
  readonly account: string;
}

/**
 * Parses a request for a schedule.
 * @param now milliseconds since 1970
 * @throws SchedulerError ValidationException that names every field that is invalid on AWS or not supported by the local
 *   cloud
 */
export function readSettings(request: unknown, location: Location, now: number): ScheduleSettings {
  const settings = parseRequest(settingsSchema, request);
  checkExpression(settings, now);
  checkZone(settings.ScheduleExpressionTimezone);
  checkTarget(settings.Target, location);
  return settings;
}

/** @throws SchedulerError ValidationException with the text of AWS */
export function parseRequest<T>(schema: z.ZodType<T>, request: unknown): T {
  const { data, error } = schema.safeParse(request);
  if (error === undefined) return data;
  const problems = error.issues.map(({ path, message }) => {
    const at = path.map((key) => String(key).replace(/^./, (letter) => letter.toLowerCase())).join('.');
    return `Value at '${at}' failed to satisfy constraint: ${message}`;
  });
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  throw invalid(`${count}: ${problems.join('; ')}`);
}

function checkExpression(settings: ScheduleSettings, now: number): void {
  const { ScheduleExpression: text, StartDate: start, EndDate: end } = settings;
  try {
    if (parseExpression(text).kind === 'at') return;
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    throw invalid(`Invalid Schedule Expression ${text}: ${error.message}.`);
  }
  if (start !== undefined && start * 1000 < now - maxStartAgeMs)
    throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
  if (start !== undefined && end !== undefined && start >= end)
    throw invalid('The StartDate you specify must come before the EndDate you specify.');
}

function checkZone(zone: string): void {
  const problem = `The ScheduleExpressionTimezone ${zone} is not a valid IANA time zone.`;
  // Intl also accepts offsets and names in any case, which are not names of the database.
  if (!/^[A-Za-z][\w+/-]*$/.test(zone)) throw invalid(problem);
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions();
    if (timeZone !== zone && timeZone.toLowerCase() === zone.toLowerCase()) throw invalid(problem);
  } catch (error) {
    throw error instanceof RangeError ? invalid(problem) : error;
  }
}

/** The kind of a target, by its ARN. */
export type TargetKind = 'function' | 'queue' | 'state machine';

/** @returns undefined if the local cloud cannot call the target */
export function targetKind(arn: string): TargetKind | undefined {
  if (/^arn:aws[a-z-]*:lambda:[^:]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(arn)) return 'function';
  if (/^arn:aws[a-z-]*:sqs:[^:]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn)) return 'queue';
  if (/^arn:aws[a-z-]*:states:[^:]+:\d{12}:stateMachine:[^:]+$/.test(arn)) return 'state machine';
  return undefined;
}

function checkTarget(target: ScheduleSettings['Target'], { region, account }: Location): void {
  const kind = targetKind(target.Arn);
  const [, , , ofRegion, ofAccount] = target.Arn.split(':');
  if (kind === undefined || ofRegion !== region || ofAccount !== account)
    throw invalid(
      `Provided Arn is not in correct format, or the local cloud cannot call it: ${target.Arn}. It calls functions, queues and state machines of ${region} and ${account}.`,
    );
  if (kind !== 'queue' && target.SqsParameters) throw invalid('SqsParameters are for queues only.');
  if (target.Arn.endsWith('.fifo') && target.SqsParameters?.MessageGroupId === undefined)
    throw invalid('A FIFO queue needs SqsParameters.MessageGroupId.');
  if (kind !== 'queue' && target.Input !== undefined && !isJson(target.Input))
    throw invalid(`The Input of a ${kind} must be well-formed JSON.`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string): SchedulerError {
  return new SchedulerError('ValidationException', message);
}
