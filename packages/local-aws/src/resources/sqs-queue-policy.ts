import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { CloudServices } from '../cloud-services.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { withoutTlsStatements } from '../ministack/without-tls-statements.ts';
import { noteUnhonoured } from '../template/unhonoured.ts';
import type { ResourceType } from './resource.ts';

/** The queue policies of the template by queue URL. */
export function queuePolicies(services: Pick<CloudServices, 'shared'>): Map<string, unknown> {
  return services.shared('queue policies', () => new Map<string, unknown>());
}

const type = 'AWS::SQS::QueuePolicy';

export const sqsQueuePolicy: ResourceType = {
  type,
  honours: ['Queues', 'PolicyDocument'],
  async create({ properties, generatedName, services }) {
    const { document, leftOut } = withoutTlsStatements(properties.PolicyDocument);
    if (leftOut > 0)
      noteUnhonoured(services, type, 'PolicyDocument (statements that refuse requests without TLS)');
    for (const QueueUrl of (properties.Queues ?? []) as readonly string[]) {
      queuePolicies(services).set(QueueUrl, properties.PolicyDocument);
      await ministackClients(services).sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl,
          // An empty policy removes the policy of an earlier template.
          Attributes: { Policy: document.Statement.length > 0 ? JSON.stringify(document) : '' },
        }),
      );
    }
    return { ref: generatedName, attributes: { Id: generatedName } };
  },
};
