import { randomUUID } from 'node:crypto';
import { TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { CloudServices } from '../cloud-services.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { type TargetInput, targetPayload } from './target-input.ts';

/** A rule of the default bus, and the queue in front of each of its targets. */
export interface LocalRule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly { readonly queueUrl: string; readonly input: TargetInput }[];
}

/** The enabled rules with a pattern, by ARN. */
export function localRules(services: Pick<CloudServices, 'shared'>): Map<string, LocalRule> {
  return services.shared('rules', () => new Map());
}

/**
 * Sends an event of an AWS service to the targets of the rules that match it. MiniStack, like EventBridge, accepts no
 * events with a source of AWS from its users, so it only decides whether a rule's pattern matches.
 */
export async function emitServiceEvent(
  services: CloudServices,
  event: { source: string; detailType: string; resources: readonly string[]; detail: unknown },
): Promise<void> {
  const { events, sqs } = ministackClients(services);
  const envelope = {
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: services.account,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: services.region,
    resources: event.resources,
    detail: event.detail,
  };
  for (const rule of localRules(services).values()) {
    if (!mayMatch(rule.pattern, event.source)) continue;
    const { Result: matches } = await events.send(
      new TestEventPatternCommand({
        EventPattern: JSON.stringify(rule.pattern),
        Event: JSON.stringify(envelope),
      }),
    );
    if (!matches) continue;
    for (const { queueUrl, input } of rule.targets) {
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: targetPayload(envelope, input, rule) }),
      );
    }
  }
}

/** False if a list of plain names excludes the source, which saves a call to MiniStack. */
function mayMatch(pattern: Readonly<Record<string, unknown>>, source: string): boolean {
  const sources = pattern.source;
  if (!Array.isArray(sources) || sources.some((one) => typeof one !== 'string')) return true;
  return sources.includes(source);
}
