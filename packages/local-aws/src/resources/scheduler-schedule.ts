import { z } from 'zod';
import { localScheduler } from '../scheduler/local-scheduler.ts';
import { readSettings } from '../scheduler/schedule-settings.ts';
import { schedulerMayAssume } from '../scheduler/scheduler-trust.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

/** CloudFormation has dates as text and accepts numbers as text. Everything else is as in the API. */
const date = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) / 1000);
const propertiesSchema = z.looseObject({
  Name: z.string().optional(),
  StartDate: date.optional(),
  EndDate: date.optional(),
  Target: z.looseObject({
    RetryPolicy: z
      .looseObject({
        MaximumEventAgeInSeconds: z.coerce.number().optional(),
        MaximumRetryAttempts: z.coerce.number().optional(),
      })
      .optional(),
  }),
});

/** A schedule of the template. Schedules that the template no longer has are deleted at the start. */
export const schedulerSchedule: ResourceType = {
  type: 'AWS::Scheduler::Schedule',
  honours: [
    'Name',
    'GroupName',
    'Description',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'State',
    'StartDate',
    'EndDate',
    'FlexibleTimeWindow',
    'ActionAfterCompletion',
    'Target',
  ],
  async create({ properties, generatedName, region, account, services }) {
    const scheduler = localScheduler(services);
    const { KmsKeyArn: _, ...wanted } = parseProperties(propertiesSchema, properties);
    const settings = readSettings(
      { ...wanted, Name: wanted.Name ?? generatedName },
      { region, account },
      // A date in the past was valid when the template was first deployed.
      Number.NEGATIVE_INFINITY,
    );
    const { RoleArn } = settings.Target;
    if (!(await schedulerMayAssume(services, RoleArn, settings.GroupName)))
      throw new Error(`The role ${RoleArn} does not trust scheduler.amazonaws.com`);
    await scheduler.putTemplateSchedule(settings);
    return { ref: settings.Name, attributes: { Arn: scheduler.scheduleArn(settings) } };
  },
};
