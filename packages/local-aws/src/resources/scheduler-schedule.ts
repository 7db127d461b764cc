import { z } from 'zod';
import { localScheduler } from '../scheduler/local-scheduler.ts';
import { readSettings } from '../scheduler/schedule-settings.ts';
import { schedulerMayAssume } from '../scheduler/scheduler-trust.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

/** CloudFormation writes dates as text and takes numbers as text; all else is as in the API. */
const date = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) / 1000);
const propertiesShape = z.looseObject({
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

/** A schedule of the template. One that an earlier template had and this one has not is forgotten. */
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
    const { KmsKeyArn: _, ...wanted } = parseProperties(propertiesShape, properties);
    const settings = readSettings(
      { ...wanted, Name: wanted.Name ?? generatedName },
      { region, account },
      // A date of the template was fine when it was deployed.
      Number.NEGATIVE_INFINITY,
    );
    const { RoleArn } = settings.Target;
    if (!(await schedulerMayAssume(services, RoleArn, settings.GroupName)))
      throw new Error(`The role ${RoleArn} does not let scheduler.amazonaws.com assume it`);
    await scheduler.putTemplateSchedule(settings);
    return { ref: settings.Name, attributes: { Arn: scheduler.scheduleArn(settings) } };
  },
};
