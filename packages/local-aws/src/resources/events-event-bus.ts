import { CreateEventBusCommand, ResourceAlreadyExistsException } from '@aws-sdk/client-eventbridge';
import { ministackClients } from '../ministack/ministack-clients.ts';
import type { ResourceType } from './resource.ts';

export const eventsEventBus: ResourceType = {
  type: 'AWS::Events::EventBus',
  honours: ['Name', 'Description'],
  async create({ properties, region, account, services }) {
    const name = String(properties.Name);
    try {
      await ministackClients(services).events.send(new CreateEventBusCommand({ Name: name }));
    } catch (error) {
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    }
    const arn = `arn:aws:events:${region}:${account}:event-bus/${name}`;
    return { ref: name, attributes: { Arn: arn, Name: name } };
  },
};
