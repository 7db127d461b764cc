// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written this way.
import { describe, expect, it } from 'vitest';
import type { CloudServices } from '../../src/cloud-services.ts';
import type { ResourceType } from '../../src/resources/resource.ts';
import { createResources, type RunningResource } from '../../src/template/create-resources.ts';
import type { AssemblyStack, Template } from '../../src/template/read-assembly.ts';
import { notedUnhonoured } from '../../src/template/unhonoured.ts';

const sharedValues = new Map<string, unknown>();
const services = {
  region: 'eu-central-1',
  account: '111122223333',
  shared<T>(name: string, make: () => T): T {
    if (!sharedValues.has(name)) sharedValues.set(name, make());
    return sharedValues.get(name) as T;
  },
} as CloudServices;

/** A type whose attribute `Seen` contains the properties that it was created with. */
const thing: ResourceType = {
  type: 'Test::Thing',
  honours: ['Name', 'Of', 'Deep.Known'],
  async create({ logicalId, properties }) {
    if (properties.Name === 'broken') throw new Error('it is broken');
    return { ref: `ref-${logicalId}`, attributes: { Seen: JSON.stringify(properties) } };
  },
};

async function create(...templates: Template[]) {
  const made: RunningResource[] = [];
  const stacks: AssemblyStack[] = templates.map((template, index) => ({
    name: `stack${index + 1}`,
    template,
    parameters: {},
  }));
  const result = await createResources({
    stacks,
    types: [thing],
    services,
    onCreated: (resource) => made.push(resource),
  });
  return { ...result, made };
}

describe('createResources', () => {
  it('creates dependencies first, in any order of the template', async () => {
    const { resources } = await create({
      Resources: {
        Last: { Type: 'Test::Thing', Properties: { Of: { Ref: 'Middle' } } },
        Middle: { Type: 'Test::Thing', DependsOn: ['First'] },
        First: { Type: 'Test::Thing' },
      },
    });
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['First', 'Middle', 'Last']);
    expect(resources[2]?.resource.attributes.Seen).toBe('{"Of":"ref-Middle"}');
  });

  it('starts independent resources at the same time', async () => {
    const started: string[] = [];
    const waitForBoth: ResourceType = {
      type: 'Test::Thing',
      honours: [],
      async create({ logicalId }) {
        started.push(logicalId);
        while (started.length < 2) await new Promise((resolve) => setImmediate(resolve));
        return { ref: logicalId, attributes: {} };
      },
    };
    const stacks = [
      {
        name: 'one',
        template: { Resources: { A: { Type: 'Test::Thing' }, B: { Type: 'Test::Thing' } } },
        parameters: {},
      },
    ];
    const { resources } = await createResources({ stacks, types: [waitForBoth], services, onCreated() {} });
    expect(resources).toHaveLength(2);
  });

  it('passes exports from stack to stack and returns outputs', async () => {
    const { outputs, exports, resources } = await create(
      {
        Resources: {
          User: { Type: 'Test::Thing', Properties: { Of: { 'Fn::ImportValue': 'stack2:Thing' } } },
        },
      },
      {
        Resources: { Thing: { Type: 'Test::Thing' } },
        Outputs: {
          Out: { Value: { Ref: 'Thing' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Thing' } } },
          Never: { Value: { Ref: 'Missing' }, Condition: 'No' },
        },
        Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      },
    );
    expect(exports).toEqual({ 'stack2:Thing': 'ref-Thing' });
    expect(outputs).toEqual({ stack1: {}, stack2: { Out: 'ref-Thing' } });
    expect(resources[1]?.resource.attributes.Seen).toBe('{"Of":"ref-Thing"}');
  });

  it('leaves out a resource whose condition is false, also in DependsOn', async () => {
    const { resources } = await create({
      Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        Excluded: { Type: 'Test::Thing', Condition: 'No' },
        Included: { Type: 'Test::Thing', DependsOn: 'Excluded' },
      },
    });
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Included']);
  });

  it('names every unknown type before it creates anything', async () => {
    await expect(
      create({
        Resources: {
          A: { Type: 'Test::Thing', Properties: { Name: 'broken' } },
          B: { Type: 'Test::Other' },
          C: { Type: 'Test::Another' },
        },
      }),
    ).rejects.toThrow(
      'The local cloud does not know these types of the template:\n  Test::Other (stack1/B)\n  Test::Another (stack1/C)',
    );
  });

  it('names circular references and references to missing resources', async () => {
    await expect(
      create({
        Resources: {
          A: { Type: 'Test::Thing', Properties: { Of: { Ref: 'B' } } },
          B: { Type: 'Test::Thing', Properties: { Of: { Ref: 'A' } } },
        },
      }),
    ).rejects.toThrow('References are circular: stack1/A → stack1/B → stack1/A');
    await expect(
      create({ Resources: { A: { Type: 'Test::Thing', Properties: { Of: { Ref: 'Nothing' } } } } }),
    ).rejects.toThrow('stack1/A refers to stack1/Nothing, which is not created');
    await expect(
      create({ Resources: { A: { Type: 'Test::Thing', Properties: { Of: { 'Fn::ImportValue': 'x' } } } } }),
    ).rejects.toThrow('stack1 imports "x", which no stack exports');
  });

  it('names every resource that failed, but not the resources that depend on it', async () => {
    await expect(
      create({
        Resources: {
          Bad: { Type: 'Test::Thing', Properties: { Name: 'broken' } },
          Worse: { Type: 'Test::Thing', Properties: { Of: { 'Fn::GetAtt': ['Fine', 'Size'] } } },
          Fine: { Type: 'Test::Thing' },
          Waits: { Type: 'Test::Thing', DependsOn: 'Bad' },
        },
      }),
    ).rejects.toThrow(
      'The local cloud could not create:\n  Test::Thing stack1/Bad: it is broken\n  Test::Thing stack1/Worse: Test::Thing "Fine" has no attribute "Size" on the local cloud',
    );
  });

  it('notes each property that is not honoured once, by its path', async () => {
    const Properties = { Name: 'a', Colour: 'red', Deep: { Known: 1, Unknown: { x: 1 } } };
    await create({
      Resources: { A: { Type: 'Test::Thing', Properties }, B: { Type: 'Test::Thing', Properties } },
    });
    expect([...(notedUnhonoured(services).get('Test::Thing') ?? [])]).toEqual(['Colour', 'Deep.Unknown']);
  });
});
