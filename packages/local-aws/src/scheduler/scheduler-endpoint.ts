import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Permissions, ServiceEndpoint } from '../cloud-services.ts';
import { accessDeniedMessage } from '../permissions/access-denied.ts';
import type { Group, Schedule } from './schedule-journal.ts';
import {
  nameSchema,
  parseRequest,
  readSettings,
  type ScheduleSettings,
  tokenSchema,
} from './schedule-settings.ts';
import type { Scheduler } from './scheduler.ts';
import { SchedulerError } from './scheduler-error.ts';

interface Dependencies {
  readonly region: string;
  readonly account: string;
  readonly scheduler: Scheduler;
  readonly permissions: Pick<Permissions, 'allows'>;
  /** Whether a role lets Scheduler assume it for the schedules of a group. */
  mayAssume(roleArn: string, group: string): Promise<boolean>;
  /** Milliseconds since 1970. */
  now(): number;
}

type Request = Parameters<ServiceEndpoint>[0];

const pageSchema = z.strictObject({
  MaxResults: z.coerce.number().int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
  NamePrefix: nameSchema.optional(),
});
const scheduleListSchema = pageSchema.extend({
  ScheduleGroup: nameSchema.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
});
const scheduleQuerySchema = z.strictObject({
  groupName: nameSchema.default('default'),
  clientToken: tokenSchema.optional(),
});
const groupQuerySchema = z.strictObject({ clientToken: tokenSchema.optional() });
const createGroupSchema = z.strictObject({
  ClientToken: tokenSchema.optional(),
  Tags: z.array(z.unknown()).max(0, 'The local cloud does not store tags').optional(),
});

/** The API of EventBridge Scheduler (REST with JSON, 2021-06-30) without tags. IAM decides about every call first. */
export function schedulerEndpoint(dependencies: Dependencies): ServiceEndpoint {
  const { scheduler, permissions, now } = dependencies;

  const authorise = async (
    { principal }: Request,
    action: string,
    resource: string,
    context?: Readonly<Record<string, string>>,
  ): Promise<void> => {
    if (await permissions.allows(principal, action, resource, context)) return;
    throw new SchedulerError('AccessDeniedException', accessDeniedMessage(principal, action, resource));
  };

  const settingsOf = async (request: Request, name: string, action: string) => {
    const { ClientToken, ...body } = parseRequest(
      z.looseObject({ ClientToken: tokenSchema.optional() }),
      parse(request),
    );
    const identity = parseRequest(
      z.looseObject({ Name: nameSchema, GroupName: nameSchema.default('default') }),
      {
        ...body,
        Name: name,
      },
    );
    await authorise(request, action, scheduler.scheduleArn(identity));
    const settings = readSettings({ ...body, Name: name }, dependencies, now());
    const { RoleArn } = settings.Target;
    await authorise(request, 'iam:PassRole', RoleArn, { 'iam:PassedToService': 'scheduler.amazonaws.com' });
    if (!(await dependencies.mayAssume(RoleArn, settings.GroupName)))
      throw new SchedulerError(
        'ValidationException',
        'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      );
    return { settings, token: ClientToken };
  };

  const ofSchedule = async (request: Request, name: string, action: string) => {
    const { groupName, clientToken } = parseRequest(scheduleQuerySchema, Object.fromEntries(request.query));
    const Name = parseRequest(z.object({ Name: nameSchema }), { Name: name }).Name;
    await authorise(request, action, scheduler.scheduleArn({ GroupName: groupName, Name }));
    return { groupName, clientToken };
  };

  const ofGroup = async (request: Request, name: string, action: string): Promise<void> => {
    parseRequest(z.object({ Name: nameSchema }), { Name: name });
    await authorise(request, action, scheduler.groupArn(name));
  };

  const arnResponse = ({ settings }: Schedule) => ({ ScheduleArn: scheduler.scheduleArn(settings) });

  const routes: Readonly<Record<string, (request: Request, name: string) => Promise<unknown>>> = {
    'POST schedules/': async (request, name) => {
      const { settings, token } = await settingsOf(request, name, 'scheduler:CreateSchedule');
      return arnResponse(await scheduler.createSchedule(settings, token));
    },
    'PUT schedules/': async (request, name) => {
      const { settings, token } = await settingsOf(request, name, 'scheduler:UpdateSchedule');
      return arnResponse(await scheduler.updateSchedule(settings, token));
    },
    'GET schedules/': async (request, name) => {
      const { groupName } = await ofSchedule(request, name, 'scheduler:GetSchedule');
      const { settings, created, modified } = scheduler.getSchedule(groupName, name);
      return { Arn: scheduler.scheduleArn(settings), ...settings, ...dates(created, modified) };
    },
    'DELETE schedules/': async (request, name) => {
      const { groupName, clientToken } = await ofSchedule(request, name, 'scheduler:DeleteSchedule');
      await scheduler.deleteSchedule(groupName, name, clientToken);
      return {};
    },
    'GET schedules': async (request) => {
      await authorise(request, 'scheduler:ListSchedules', '*');
      const {
        ScheduleGroup: group,
        State,
        ...page
      } = parseRequest(scheduleListSchema, Object.fromEntries(request.query));
      if (group !== undefined) scheduler.getGroup(group);
      const matching = scheduler
        .listSchedules()
        .filter(
          ({ settings }) =>
            (group === undefined || settings.GroupName === group) &&
            (State === undefined || settings.State === State),
        );
      const { items, NextToken } = pageOf(matching, ({ settings }) => settings, page);
      return { Schedules: items.map(summary), NextToken };
    },
    'POST schedule-groups/': async (request, name) => {
      await ofGroup(request, name, 'scheduler:CreateScheduleGroup');
      const { ClientToken } = parseRequest(createGroupSchema, parse(request));
      await scheduler.createGroup(name, 'api', ClientToken);
      return { ScheduleGroupArn: scheduler.groupArn(name) };
    },
    'GET schedule-groups/': async (request, name) => {
      await ofGroup(request, name, 'scheduler:GetScheduleGroup');
      return groupResponse(scheduler.getGroup(name));
    },
    'DELETE schedule-groups/': async (request, name) => {
      await ofGroup(request, name, 'scheduler:DeleteScheduleGroup');
      const { clientToken } = parseRequest(groupQuerySchema, Object.fromEntries(request.query));
      await scheduler.deleteGroup(name, clientToken);
      return {};
    },
    'GET schedule-groups': async (request) => {
      await authorise(request, 'scheduler:ListScheduleGroups', '*');
      const page = parseRequest(pageSchema, Object.fromEntries(request.query));
      const { items, NextToken } = pageOf(
        scheduler.listGroups(),
        ({ name }) => ({ GroupName: name, Name: name }),
        page,
      );
      return { ScheduleGroups: items.map(groupResponse), NextToken };
    },
  };

  const groupResponse = ({ name, created, modified }: Group) => ({
    Arn: scheduler.groupArn(name),
    Name: name,
    State: 'ACTIVE',
    ...dates(created, modified),
  });

  const summary = ({ settings, created, modified }: Schedule) => ({
    Arn: scheduler.scheduleArn(settings),
    Name: settings.Name,
    GroupName: settings.GroupName,
    State: settings.State,
    Target: { Arn: settings.Target.Arn },
    ...dates(created, modified),
  });

  return async (request) => {
    try {
      const [, collection = '', slash = '', name = ''] =
        /^\/([\w-]+)(?:(\/)([^/]*))?$/.exec(request.path) ?? [];
      const route = `${request.method} ${collection}${slash}`;
      const handle = Object.hasOwn(routes, route) ? routes[route] : undefined;
      if (!handle)
        throw new SchedulerError(
          'NotImplementedException',
          `The local Scheduler implements schedules and schedule groups without tags, not ${request.method} ${request.path}.`,
        );
      return respond(200, await handle(request, decodeURIComponent(name)));
    } catch (error) {
      if (!(error instanceof SchedulerError)) throw error;
      return respond(error.status, { Message: error.message }, { 'x-amzn-errortype': error.name });
    }
  };
}

function parse({ body }: Request): unknown {
  try {
    return JSON.parse(body.toString() || '{}') as unknown;
  } catch {
    throw new SchedulerError('ValidationException', 'The body is not JSON.');
  }
}

function respond(
  status: number,
  content: unknown,
  headers: Record<string, string> = {},
): Awaited<ReturnType<ServiceEndpoint>> {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers },
    body: JSON.stringify(content),
  };
}

/** Times in the API are seconds since 1970 with a fraction. */
function dates(created: number, modified: number) {
  return { CreationDate: created / 1000, LastModificationDate: modified / 1000 };
}

/** A token contains the last item of a page, so deleting an item between two pages does not shift the next page. */
function pageOf<T>(
  all: readonly T[],
  nameOf: (item: T) => Pick<ScheduleSettings, 'GroupName' | 'Name'>,
  { MaxResults, NextToken, NamePrefix = '' }: z.infer<typeof pageSchema>,
): { items: readonly T[]; NextToken: string | undefined } {
  const keyOf = (item: T): string => `${nameOf(item).GroupName}/${nameOf(item).Name}`;
  const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64url').toString();
  if (NextToken !== undefined && !after.includes('/'))
    throw new SchedulerError('ValidationException', 'Invalid NextToken.');
  const left = all.filter((item) => nameOf(item).Name.startsWith(NamePrefix) && keyOf(item) > after);
  const items = left.slice(0, MaxResults);
  const last = items.at(-1);
  const hasMore = last !== undefined && left.length > items.length;
  return { items, NextToken: hasMore ? Buffer.from(keyOf(last)).toString('base64url') : undefined };
}
