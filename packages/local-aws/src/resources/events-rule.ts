import {
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { CloudServices } from '../cloud-services.ts';
import { localRules } from '../events/emit-service-event.ts';
import { pollQueue } from '../events/poll-queue.ts';
import type { TargetInput } from '../events/target-input.ts';
import { findFunction } from '../lambda/function-reference.ts';
import { lambdaPermissions } from '../lambda/lambda-permissions.ts';
import { ministackClients } from '../ministack/ministack-clients.ts';
import { isServiceAllowed } from '../permissions/is-service-allowed.ts';
import type { ResourceType } from './resource.ts';
import { ensureQueue } from './sqs-queue.ts';
import { queuePolicies } from './sqs-queue-policy.ts';

interface RuleTarget extends TargetInput {
  readonly Id: string;
  readonly Arn: string;
  readonly SqsParameters?: { readonly MessageGroupId: string };
}

/** A target and the queue in front of it: the target itself, or for a function a queue that is read here. */
interface Route {
  readonly target: RuleTarget;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly isFunction: boolean;
}

/** Maximum duration of a function: an event is not received a second time while the function runs. */
const maxRunSeconds = 900;

/**
 * MiniStack matches events and sends them to queues. Functions run in this process, so the events for a function go to a
 * queue that is read here. For events of services that the local cloud implements itself, see
 * events/emit-service-event.ts.
 */
export const eventsRule: ResourceType = {
  type: 'AWS::Events::Rule',
  honours: [
    'Name',
    'Description',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'Targets.Id',
    'Targets.Arn',
    'Targets.Input',
    'Targets.InputPath',
    'Targets.InputTransformer',
    'Targets.SqsParameters',
  ],
  async create({ properties, generatedName, region, account, services }) {
    const { events } = ministackClients(services);
    const name = String(properties.Name ?? generatedName);
    const arn = `arn:aws:events:${region}:${account}:rule/${name}`;
    const pattern = properties.EventPattern as Readonly<Record<string, unknown>> | undefined;
    const isEnabled = properties.State !== 'DISABLED';
    await events.send(
      new PutRuleCommand({
        Name: name,
        State: isEnabled ? 'ENABLED' : 'DISABLED',
        ...(pattern ? { EventPattern: JSON.stringify(pattern) } : {}),
        ...(properties.ScheduleExpression
          ? { ScheduleExpression: String(properties.ScheduleExpression) }
          : {}),
      }),
    );
    const routes: Route[] = [];
    for (const target of (properties.Targets ?? []) as readonly RuleTarget[]) {
      routes.push(await routeTo(services, name, target));
    }
    await replaceTargets(services, name, routes);
    if (pattern && isEnabled) {
      const targets = routes.map(({ target, queueUrl }) => ({ queueUrl, input: target }));
      localRules(services).set(arn, { name, arn, pattern, targets });
    }

    const pollers: { stop(): Promise<void> }[] = [];
    return {
      ref: name,
      attributes: { Arn: arn },
      async activate() {
        for (const { target, queueUrl, isFunction } of routes) {
          if (isFunction) pollers.push(pollForFunction(services, { name, arn }, queueUrl, target.Arn));
          else await requireQueuePolicy(services, arn, target.Arn, queueUrl);
        }
      },
      async stop() {
        await Promise.all(pollers.map((poller) => poller.stop()));
      },
    };
  },
};

async function routeTo(services: CloudServices, rule: string, target: RuleTarget): Promise<Route> {
  const { sqs } = ministackClients(services);
  const [, , service, , , name = ''] = target.Arn.split(':');
  if (service === 'sqs') {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    if (!QueueUrl) throw new Error(`The rule ${rule} has the target ${target.Arn}, which does not exist`);
    return { target, queueUrl: QueueUrl, queueArn: target.Arn, isFunction: false };
  }
  if (service !== 'lambda')
    throw new Error(`On the local cloud, targets of rules are queues and functions, not ${target.Arn}`);
  const queue = `local-${rule.slice(0, 55)}-${target.Id.slice(0, 18)}`.replace(/[^\w-]/g, '-');
  const queueUrl = await ensureQueue(sqs, queue, { VisibilityTimeout: String(maxRunSeconds) });
  const queueArn = `arn:aws:sqs:${services.region}:${services.account}:${queue}`;
  return { target, queueUrl, queueArn, isFunction: true };
}

async function replaceTargets(
  services: CloudServices,
  Rule: string,
  routes: readonly Route[],
): Promise<void> {
  const { events } = ministackClients(services);
  const { Targets: former = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
  const ids = former.flatMap(({ Id }) => Id ?? []);
  if (ids.length > 0) await events.send(new RemoveTargetsCommand({ Rule, Ids: ids }));
  if (routes.length === 0) return;
  const Targets = routes.map(({ target, queueArn }): Target => {
    const { Id, Input, InputPath, InputTransformer, SqsParameters } = target;
    return {
      Id,
      Arn: queueArn,
      Input,
      InputPath,
      InputTransformer: InputTransformer && {
        InputPathsMap: { ...InputTransformer.InputPathsMap },
        InputTemplate: InputTransformer.InputTemplate,
      },
      SqsParameters,
    };
  });
  const { FailedEntries = [] } = await events.send(new PutTargetsCommand({ Rule, Targets }));
  if (FailedEntries.length > 0)
    throw new Error(`MiniStack refused targets of ${Rule}: ${JSON.stringify(FailedEntries)}`);
}

/** MiniStack sends to any queue. On AWS, events are lost silently if the queue's policy does not allow the rule. */
async function requireQueuePolicy(
  services: CloudServices,
  rule: string,
  queue: string,
  queueUrl: string,
): Promise<void> {
  const isAllowed = await isServiceAllowed(queuePolicies(services).get(queueUrl), {
    service: 'events.amazonaws.com',
    action: 'sqs:SendMessage',
    resource: queue,
    sourceArn: rule,
    account: services.account,
  });
  if (!isAllowed) throw new Error(`No AWS::SQS::QueuePolicy allows the rule ${rule} to send to ${queue}`);
}

function pollForFunction(
  services: CloudServices,
  rule: { readonly name: string; readonly arn: string },
  queueUrl: string,
  functionArn: string,
): { stop(): Promise<void> } {
  return pollQueue({
    sqs: ministackClients(services).sqs,
    queueUrl,
    log: (line) => services.log(`Rule ${rule.name}: ${line}`),
    async handle(body) {
      const caller = { principal: 'events.amazonaws.com', sourceArn: rule.arn };
      if (!lambdaPermissions(services).mayInvoke(functionArn, caller)) {
        throw new Error(`No AWS::Lambda::Permission allows the rule to invoke ${functionArn}.`);
      }
      const { error } = await findFunction(services, functionArn).invoke(JSON.parse(body));
      if (error) throw new Error(`${functionArn} failed: ${error.errorType}: ${error.errorMessage}.`);
    },
  });
}
