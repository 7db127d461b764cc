/**
 * What would stop, or lose data in, a deployment that changes one set of templates into another: CloudFormation's own
 * refusals, which it finds only after it has begun, and replacements of what holds data.
 */
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';

/** A template as far as it is looked at here. */
export interface StackTemplate {
  readonly Resources: Readonly<Record<string, StackResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

interface StackResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Templates by the name of their stack. */
export type Templates = Readonly<Record<string, StackTemplate>>;

/** Types whose resources hold data, or an address or id that others have written down: none may be made again. */
const statefulTypes: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::SQS::Queue',
  'AWS::Logs::LogGroup',
  // Rules of others listen on it.
  'AWS::Events::EventBus',
  // Its address is in trigger URLs and in the settings of clients.
  'AWS::ApiGatewayV2::Api',
  // Its address is in web pages.
  'AWS::CloudFront::Distribution',
  // The slots of all schedules are in it.
  'AWS::Scheduler::ScheduleGroup',
  // Executions that run end with it.
  'AWS::StepFunctions::StateMachine',
]);

/** The property that names a resource, by type. A named resource cannot be replaced, nor made a second time. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::CloudFront::Function': 'Name',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** Types of which another resource has one at most: their replacement is refused, as it is made before the old one is gone. */
const singleTypes: Readonly<Record<string, string>> = {
  // "User pool already has a domain configured": github.com/aws/aws-cdk/issues/10062
  'AWS::Cognito::UserPoolDomain': 'a user pool has one domain',
};

/**
 * Properties of which only some changes replace their resource. Attributes of a table are named for its keys, whose
 * change is a replacement by itself, and for its indexes, which `indexHazards` looks at.
 */
const replacedOnlyByOthers: ReadonlySet<string> = new Set(['AWS::DynamoDB::Table AttributeDefinitions']);

/**
 * Compares the templates that are deployed with those that are about to be.
 * @param before of the installation
 * @param after in the order that they are deployed in, which does not matter here: each stack is updated while those
 *   that import from it are still as before
 * @returns one sentence for each thing that would go wrong; none if the deployment is safe
 */
export function upgradeHazards(before: Templates, after: Templates): string[] {
  const replaced = new Map<string, ReadonlySet<string>>();
  const hazards: string[] = [];
  for (const [stack, old] of Object.entries(before)) {
    const changes = resourceHazards(stack, old, after[stack] ?? { Resources: {} });
    hazards.push(...changes.hazards);
    replaced.set(stack, changes.replaced);
  }
  return [
    ...exportHazards(before, after, replaced),
    ...hazards,
    ...nameHazards(before, after),
    ...indexHazards(before, after),
  ];
}

/** CloudFormation refuses to remove or change an export while another stack imports it. */
function exportHazards(
  before: Templates,
  after: Templates,
  replaced: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const imported = new Set(Object.values(before).flatMap(importedNames));
  return Object.entries(before).flatMap(([stack, template]) => {
    // A stack that is no longer in the app is neither updated nor deleted.
    if (!after[stack]) return [];
    const now = exportsOf(after[stack]);
    return [...exportsOf(template)].flatMap(([name, value]) => {
      if (!imported.has(name)) return [];
      if (!now.has(name)) return [`${stack} no longer exports ${name}, which a deployed stack imports.`];
      if (JSON.stringify(now.get(name)) !== JSON.stringify(value))
        return [`${stack} exports another value as ${name}, which a deployed stack imports.`];
      const source = referenced(value);
      return source && replaced.get(stack)?.has(source)
        ? [`${stack} replaces ${source}, whose export ${name} a deployed stack imports.`]
        : [];
    });
  });
}

function resourceHazards(
  stack: string,
  before: StackTemplate,
  after: StackTemplate,
): { hazards: string[]; replaced: ReadonlySet<string> } {
  const hazards: string[] = [];
  const replaced = new Set<string>();
  fullDiff(before, after).resources.forEachDifference((id, difference) => {
    const type = difference.oldResourceType;
    const stateful = type !== undefined && statefulTypes.has(type);
    switch (difference.changeImpact) {
      case ResourceImpact.WILL_DESTROY:
      case ResourceImpact.WILL_ORPHAN:
        if (stateful) hazards.push(`${stack} no longer has ${id} (${type}).`);
        return;
      case ResourceImpact.MAY_REPLACE: {
        const causes = Object.entries(difference.propertyUpdates)
          .filter(([, { changeImpact }]) => changeImpact === ResourceImpact.MAY_REPLACE)
          .map(([property]) => property)
          .filter((property) => !replacedOnlyByOthers.has(`${type} ${property}`));
        if (stateful && causes.length > 0)
          hazards.push(`${stack} may replace ${id} (${type}): ${causes.join(', ')} changed.`);
        return;
      }
      case ResourceImpact.WILL_REPLACE: {
        replaced.add(id);
        if (stateful) hazards.push(`${stack} replaces ${id} (${type}).`);
        const single = type && singleTypes[type];
        if (single) hazards.push(`${stack} replaces ${id} (${type}), but ${single}.`);
        const name = physicalName(difference.oldValue as StackResource | undefined);
        if (name !== undefined && name === physicalName(difference.newValue as StackResource | undefined))
          hazards.push(`${stack} replaces ${id} (${type}), but keeps its name ${name}: the name is taken.`);
      }
    }
  });
  return { hazards, replaced };
}

/** A resource that gets another logical id, or another stack, is made before the old one of its name is deleted. */
function nameHazards(before: Templates, after: Templates): string[] {
  const places = namedResources(before);
  return [...namedResources(after)].flatMap(([name, place]) => {
    const old = places.get(name);
    return old === undefined || old === place
      ? []
      : [`${name} moves from ${old} to ${place}: it exists already.`];
  });
}

/**
 * CloudFormation adds or removes one index of a table in an update, and changes none: UpdateTable, "only create or delete
 * one global secondary index per operation", docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html.
 */
function indexHazards(before: Templates, after: Templates): string[] {
  return Object.entries(before).flatMap(([stack, template]) =>
    Object.entries(template.Resources).flatMap(([id, old]) => {
      const now = after[stack]?.Resources[id];
      if (old.Type !== 'AWS::DynamoDB::Table' || !now) return [];
      const [was, is] = [indexesOf(old), indexesOf(now)];
      const changed = [...was].filter(([name, index]) => is.has(name) && is.get(name) !== index);
      const made = [...is.keys()].filter((name) => !was.has(name));
      const removed = [...was.keys()].filter((name) => !is.has(name));
      const steps = [
        ...changed.map(([name]) => `changes ${name}`),
        ...made.map((name) => `adds ${name}`),
        ...removed.map((name) => `removes ${name}`),
      ];
      return changed.length === 0 && steps.length <= 1
        ? []
        : [`${stack} ${steps.join(', ')} in ${id}: an update adds or removes one index, and changes none.`];
    }),
  );
}

function indexesOf(table: StackResource): Map<string, string> {
  const indexes = (table.Properties?.GlobalSecondaryIndexes ?? []) as {
    IndexName: string;
    KeySchema: unknown;
    Projection: unknown;
  }[];
  return new Map(
    indexes.map(({ IndexName, KeySchema, Projection }) => [
      IndexName,
      JSON.stringify([KeySchema, Projection]),
    ]),
  );
}

function namedResources(templates: Templates): Map<string, string> {
  return new Map(
    Object.entries(templates).flatMap(([stack, { Resources }]) =>
      Object.entries(Resources).flatMap(([id, resource]) => {
        const name = physicalName(resource);
        return name === undefined ? [] : [[`${resource.Type} ${name}`, `${stack}/${id}`] as const];
      }),
    ),
  );
}

function physicalName(resource: StackResource | undefined): string | undefined {
  const property = resource && nameProperties[resource.Type];
  const name = property && resource.Properties?.[property];
  return name === undefined || name === '' ? undefined : JSON.stringify(name);
}

function exportsOf(template: StackTemplate | undefined): Map<string, unknown> {
  return new Map(
    Object.values(template?.Outputs ?? {}).flatMap(({ Value, Export }) =>
      typeof Export?.Name === 'string' ? [[Export.Name, Value] as const] : [],
    ),
  );
}

/** Names of the exports that a template imports, as often as it does. */
export function importedNames(template: unknown): string[] {
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([key, value]) =>
    key === 'Fn::ImportValue' && typeof value === 'string' ? [value] : importedNames(value),
  );
}

/** The logical id of the resource that an exported value is of. */
function referenced(value: unknown): string | undefined {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0];
}
