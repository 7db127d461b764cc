import type { CloudServices } from '../cloud-services.ts';
import type { CreatedResource, ResourceType } from '../resources/resource.ts';
import { generatedName } from './generated-name.ts';
import { conditionHolds, referencesOf, resolveIntrinsics, type Scope } from './intrinsics.ts';
import type { AssemblyStack, TemplateOutput, TemplateResource } from './read-assembly.ts';
import { noteUnhonoured, unhonouredPaths } from './unhonoured.ts';

/** A resource that was created. */
export interface RunningResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly resource: CreatedResource;
}

export interface CreatedStacks {
  /** In the order of creation: dependencies come first. */
  readonly resources: readonly RunningResource[];
  /** By stack, then by the output's logical id. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By the export's name. */
  readonly exports: Readonly<Record<string, string>>;
}

interface Node {
  readonly stack: StackScope;
  readonly logicalId: string;
  readonly template: TemplateResource;
  readonly dependencies: readonly string[];
}

interface StackScope {
  readonly stack: AssemblyStack;
  readonly scope: Scope;
}

interface Export {
  readonly stack: StackScope;
  readonly value: unknown;
}

/** A resource that was not attempted because a dependency failed: the error names only the dependency. */
class NotAttempted extends Error {}

/**
 * Creates the resources of all stacks. Each one starts as soon as its references exist, so independent resources are
 * created at the same time, across stacks too.
 * @param onCreated called after each resource, also for those created before a failure
 * @throws Error before anything is created if a type is unknown or references are circular, and at the end with every
 *   resource that could not be created
 */
export async function createResources(options: {
  readonly stacks: readonly AssemblyStack[];
  readonly types: readonly ResourceType[];
  readonly services: CloudServices;
  onCreated(resource: RunningResource, done: number, total: number): void;
}): Promise<CreatedStacks> {
  const { stacks, services, onCreated } = options;
  const types = new Map(options.types.map((type) => [type.type, type]));
  const running = new Map<string, RunningResource>();
  const exports = new Map<string, Export>();
  const scopes = stacks.map((stack) => makeScope(stack, services, running, exports));
  collectExports(scopes, exports);
  const nodes = planNodes(scopes, exports);
  refuseUnknownTypes(nodes, types);
  refuseCycles(nodes);

  const attempts = new Map<string, Promise<void>>();
  const attempt = (id: string): Promise<void> => {
    const known = attempts.get(id);
    if (known) return known;
    const started = createNode(id);
    attempts.set(id, started);
    return started;
  };
  const createNode = async (id: string): Promise<void> => {
    const node = nodes.get(id);
    if (!node) throw new Error(`${id} is not planned`);
    const before = await Promise.allSettled(node.dependencies.map(attempt));
    if (before.some(({ status }) => status === 'rejected')) throw new NotAttempted(id);
    const { stack, logicalId, template } = node;
    const type = types.get(template.Type);
    if (!type) throw new Error(`${template.Type} is not known`);
    try {
      const properties = resolveIntrinsics(template.Properties ?? {}, stack.scope) as Record<string, unknown>;
      if (!type.awsOnly) {
        for (const path of unhonouredPaths(properties, type.honours))
          noteUnhonoured(services, type.type, path);
      }
      const resource = await type.create({
        stack: stack.stack.name,
        logicalId,
        generatedName: generatedName(stack.stack.name, logicalId),
        region: services.region,
        account: services.account,
        properties,
        services,
      });
      const created = { stack: stack.stack.name, logicalId, type: template.Type, resource };
      running.set(id, created);
      onCreated(created, running.size, nodes.size);
    } catch (error) {
      throw new Error(`${template.Type} ${id}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
  };

  const results = await Promise.allSettled([...nodes.keys()].map(attempt));
  const failures = results.flatMap((result) =>
    result.status === 'rejected' && !(result.reason instanceof NotAttempted) ? [result.reason as Error] : [],
  );
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `The local cloud could not create:\n${failures.map(({ message }) => `  ${message}`).join('\n')}`,
    );
  }
  return {
    resources: [...running.values()],
    outputs: Object.fromEntries(scopes.map((scope) => [scope.stack.name, outputsOf(scope)])),
    exports: Object.fromEntries(
      [...exports].map(([name, { stack, value }]) => [name, String(resolveIntrinsics(value, stack.scope))]),
    ),
  };
}

function makeScope(
  stack: AssemblyStack,
  services: CloudServices,
  running: ReadonlyMap<string, RunningResource>,
  exports: ReadonlyMap<string, Export>,
): StackScope {
  const { region, account } = services;
  const { Parameters = {}, Mappings = {}, Conditions = {}, Resources = {} } = stack.template;
  const find = (logicalId: string): CreatedResource => {
    const found = running.get(`${stack.name}/${logicalId}`);
    if (found) return found.resource;
    const why = logicalId in Resources ? 'is not created' : 'is not in the template';
    throw new Error(`"${logicalId}" ${why}`);
  };
  const parameters: Record<string, unknown> = {};
  for (const [name, { Default }] of Object.entries(Parameters)) {
    const value = stack.parameters[name] ?? Default;
    if (value === undefined)
      throw new Error(`The parameter "${name}" of ${stack.name} has no value and no default`);
    parameters[name] = value;
  }
  const scope: Scope = {
    pseudoParameters: {
      'AWS::AccountId': account,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stack.name}/local`,
      'AWS::NotificationARNs': '',
    },
    parameters,
    mappings: Mappings,
    conditions: Conditions,
    ref: (logicalId) => find(logicalId).ref,
    attribute(logicalId, name) {
      const value = find(logicalId).attributes[name];
      if (value === undefined) {
        throw new Error(
          `${Resources[logicalId]?.Type} "${logicalId}" has no attribute "${name}" on the local cloud`,
        );
      }
      return value;
    },
    importValue(name) {
      const found = exports.get(name);
      if (!found) throw new Error(`No stack exports "${name}"`);
      return resolveIntrinsics(found.value, found.stack.scope);
    },
  };
  return { stack, scope };
}

function collectExports(scopes: readonly StackScope[], exports: Map<string, Export>): void {
  for (const stack of scopes) {
    for (const output of activeOutputs(stack)) {
      const [, { Export: exported, Value: value }] = output;
      if (exported) exports.set(String(resolveIntrinsics(exported.Name, stack.scope)), { stack, value });
    }
  }
}

function planNodes(scopes: readonly StackScope[], exports: ReadonlyMap<string, Export>): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const stack of scopes) {
    const resources = stack.stack.template.Resources ?? {};
    const exists = (logicalId: string): boolean => {
      const found = resources[logicalId];
      return (
        found !== undefined && (found.Condition === undefined || conditionHolds(found.Condition, stack.scope))
      );
    };
    for (const [logicalId, template] of Object.entries(resources)) {
      if (!exists(logicalId)) continue;
      const referred = dependenciesOf(template.Properties ?? {}, stack, exports);
      const explicit = [template.DependsOn ?? []].flat().filter(exists);
      nodes.set(`${stack.stack.name}/${logicalId}`, {
        stack,
        logicalId,
        template,
        dependencies: [...new Set([...referred, ...explicit.map((one) => `${stack.stack.name}/${one}`)])],
      });
    }
  }
  for (const [id, { dependencies }] of nodes) {
    const missing = dependencies.find((dependency) => !nodes.has(dependency));
    if (missing) throw new Error(`${id} refers to ${missing}, which is not created`);
  }
  return nodes;
}

function dependenciesOf(value: unknown, stack: StackScope, exports: ReadonlyMap<string, Export>): string[] {
  const { resources, imports } = referencesOf(value, stack.scope);
  return [
    ...[...resources].map((logicalId) => `${stack.stack.name}/${logicalId}`),
    ...[...imports].flatMap((name) => {
      const found = exports.get(name);
      if (!found) throw new Error(`${stack.stack.name} imports "${name}", which no stack exports`);
      return dependenciesOf(found.value, found.stack, exports);
    }),
  ];
}

function refuseUnknownTypes(
  nodes: ReadonlyMap<string, Node>,
  types: ReadonlyMap<string, ResourceType>,
): void {
  const unknown = new Map<string, string[]>();
  for (const [id, { template }] of nodes) {
    if (!types.has(template.Type)) unknown.set(template.Type, [...(unknown.get(template.Type) ?? []), id]);
  }
  if (unknown.size === 0) return;
  const lines = [...unknown].map(([type, ids]) => `  ${type} (${ids.join(', ')})`);
  throw new Error(`The local cloud does not know these types of the template:\n${lines.join('\n')}`);
}

function refuseCycles(nodes: ReadonlyMap<string, Node>): void {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    if (done.has(id)) return;
    if (path.includes(id))
      throw new Error(`References are circular: ${[...path.slice(path.indexOf(id)), id].join(' → ')}`);
    for (const dependency of nodes.get(id)?.dependencies ?? []) visit(dependency, [...path, id]);
    done.add(id);
  };
  for (const id of nodes.keys()) visit(id, []);
}

function activeOutputs({ stack, scope }: StackScope): [string, TemplateOutput][] {
  return Object.entries(stack.template.Outputs ?? {}).filter(
    ([, { Condition }]) => Condition === undefined || conditionHolds(Condition, scope),
  );
}

function outputsOf(stack: StackScope): Record<string, string> {
  return Object.fromEntries(
    activeOutputs(stack).map(([name, { Value }]) => [name, String(resolveIntrinsics(Value, stack.scope))]),
  );
}
