import { z } from 'zod';
import { localScheduler } from '../scheduler/local-scheduler.ts';
import { nameShape } from '../scheduler/schedule-settings.ts';
import { parseProperties } from './parse-properties.ts';
import type { ResourceType } from './resource.ts';

const propertiesShape = z.object({ Name: nameShape.optional() });

/** Keeps, over a restart, the schedules that were put into it by the API; goes with them when the template loses it. */
export const schedulerScheduleGroup: ResourceType = {
  type: 'AWS::Scheduler::ScheduleGroup',
  honours: ['Name'],
  async create({ properties, generatedName, services }) {
    const scheduler = localScheduler(services);
    const { Name: name = generatedName } = parseProperties(propertiesShape, properties);
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
