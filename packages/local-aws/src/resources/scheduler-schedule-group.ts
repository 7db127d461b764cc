import { z } from 'zod';
import { localScheduler } from '../scheduler/local-scheduler.ts';
import { nameSchema } from '../scheduler/schedule-settings.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesSchema = z.object({ Name: nameSchema.optional() });

/** Schedules that were created by the API survive a restart; they are deleted when the template loses their group. */
export const schedulerScheduleGroup: ResourceType = {
  type: 'AWS::Scheduler::ScheduleGroup',
  honours: ['Name'],
  async create({ properties, generatedName, services }) {
    const scheduler = localScheduler(services);
    const { Name: name = generatedName } = parseProperties(propertiesSchema, properties);
    const { created, modified } = await scheduler.createGroup(name, 'template');
    return {
      ref: name,
      attributes: {
        Arn: scheduler.groupArn(name),
        State: 'ACTIVE',
        CreationDate: new Date(created).toISOString(),
        LastModificationDate: new Date(modified).toISOString(),
      },
    };
  },
};
