import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../src/step-functions/definition.ts';

const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:work';
const machine = (state: object, more: object = {}): object => ({
  StartAt: 'A',
  States: { A: state },
  ...more,
});
const task = (more: object = {}): object => ({ Type: 'Task', Resource: lambda, End: true, ...more });
const map = (more: object, config?: object): object => ({
  Type: 'Map',
  ItemProcessor: { ...machine(task()), ...(config ? { ProcessorConfig: config } : {}) },
  End: true,
  ...more,
});
const distributed = { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' };
const s3Reader = (resource: string, config: object): object => ({
  ItemReader: { Resource: resource, ReaderConfig: config, Parameters: { Bucket: 'b', Key: 'k' } },
});

describe('parseDefinition', () => {
  it.each<[string, object, RegExp]>([
    ['JSONata for the machine', machine(task(), { QueryLanguage: 'JSONata' }), /QueryLanguage/],
    ['JSONata for a state', machine(task({ QueryLanguage: 'JSONata' })), /States\.A\.QueryLanguage/],
    ['Assign', machine(task({ Assign: { a: 1 } })), /States\.A\.Assign is not honoured/],
    ['Arguments', machine(task({ Arguments: {} })), /Arguments is not honoured/],
    ['HeartbeatSeconds', machine(task({ HeartbeatSeconds: 5 })), /HeartbeatSeconds is not honoured/],
    ['Credentials', machine(task({ Credentials: {} })), /Credentials is not honoured/],
    [
      '.sync',
      machine(task({ Resource: 'arn:aws:states:::states:startExecution.sync' })),
      /States\.A\.Resource/,
    ],
    [
      '.waitForTaskToken',
      machine(task({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' })),
      /States\.A\.Resource/,
    ],
    [
      'an SDK integration',
      machine(task({ Resource: 'arn:aws:states:::aws-sdk:s3:copyObject' })),
      /States\.A\.Resource/,
    ],
    [
      'an activity',
      machine(task({ Resource: 'arn:aws:states:eu-west-1:123456789012:activity:a' })),
      /States\.A\.Resource/,
    ],
    [
      'InvocationType of lambda:invoke',
      machine(
        task({
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'f', InvocationType: 'Event' },
        }),
      ),
      /InvocationType is not honoured/,
    ],
    [
      'lambda:invoke without a function',
      machine(task({ Resource: 'arn:aws:states:::lambda:invoke', Parameters: {} })),
      /FunctionName is missing/,
    ],
    [
      'ItemBatcher',
      machine(map({ ItemBatcher: { MaxItemsPerBatch: 2 } }, distributed)),
      /ItemBatcher is not honoured/,
    ],
    [
      'ToleratedFailurePercentagePath',
      machine(map({ ToleratedFailurePercentagePath: '$.a' }, distributed)),
      /ToleratedFailurePercentagePath is not honoured/,
    ],
    ['Iterator', machine({ Type: 'Map', Iterator: machine(task()), End: true }), /Iterator is not honoured/],
    [
      'ItemReader of an inline Map',
      machine(map(s3Reader('arn:aws:states:::s3:getObject', { InputType: 'JSON' }))),
      /ItemReader: is only for a Map in DISTRIBUTED mode/,
    ],
    [
      'listObjectsV2',
      machine(map(s3Reader('arn:aws:states:::s3:listObjectsV2', { InputType: 'JSON' }), distributed)),
      /ItemReader\.Resource/,
    ],
    [
      'CSV',
      machine(map(s3Reader('arn:aws:states:::s3:getObject', { InputType: 'CSV' }), distributed)),
      /InputType/,
    ],
    [
      'ItemsPointer',
      machine(
        map(
          s3Reader('arn:aws:states:::s3:getObject', { InputType: 'JSON', ItemsPointer: '/a' }),
          distributed,
        ),
      ),
      /ItemsPointer is not honoured/,
    ],
    [
      'WriterConfig',
      machine(
        map(
          { ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: {}, WriterConfig: {} } },
          distributed,
        ),
      ),
      /WriterConfig is not honoured/,
    ],
    ['an unknown type', machine({ Type: 'Loop' }), /States\.A\.Type/],
    ['a filter in a path', machine(task({ InputPath: '$.a[?(@.b==1)]' })), /cannot be parsed from "\[\?/],
    ['a path without $', machine(task({ InputPath: 'a' })), /must begin with \$/],
    ['a wildcard in ResultPath', machine(task({ ResultPath: '$.a[*]' })), /reference path/],
    [
      'an unknown function',
      machine(task({ Parameters: { 'a.$': 'States.Nope($.b)' } })),
      /no intrinsic function States\.Nope/,
    ],
    [
      'a seed for MathRandom',
      machine(task({ Parameters: { 'a.$': 'States.MathRandom(1, 5, 3)' } })),
      /called with 3 arguments/,
    ],
    [
      'an unknown comparison',
      machine({ Type: 'Choice', Choices: [{ Variable: '$.a', StringIsh: 'b', Next: 'A' }] }),
      /StringIsh is not honoured/,
    ],
    ['a number as text', machine(map({ MaxConcurrency: '5' })), /MaxConcurrency/],
    [
      'States.ALL with another name',
      machine(task({ Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] })),
      /Retry: States\.ALL must be alone and in the last entry/,
    ],
    [
      'a Catch after States.ALL',
      machine(
        task({
          Catch: [
            { ErrorEquals: ['States.ALL'], Next: 'A' },
            { ErrorEquals: ['X'], Next: 'A' },
          ],
        }),
      ),
      /Catch: States\.ALL must be alone and in the last entry/,
    ],
    ['a missing target', machine({ Type: 'Pass', Next: 'B' }), /there is no state "B"/],
    [
      'a Catch with a missing target',
      machine(task({ Catch: [{ ErrorEquals: ['X'], Next: 'B' }] })),
      /there is no state "B"/,
    ],
    [
      'a target outside of the Map',
      machine(map({ ItemProcessor: machine({ Type: 'Pass', Next: 'Z' }) })),
      /A → A: there is no state "Z"/,
    ],
    ['a state without an end', machine({ Type: 'Pass' }), /neither Next nor End/],
    ['a state with two ends', machine({ Type: 'Pass', Next: 'A', End: true }), /both Next and End/],
    ['a missing start', { StartAt: 'Z', States: { A: task() } }, /there is no state "Z"/],
  ])('refuses %s and names the field', (_, definition, problem) => {
    expect(() => parseDefinition(definition)).toThrow(problem);
  });

  it('names all problems, not only the first one', () => {
    const invalid = machine(task({ Assign: {}, HeartbeatSeconds: 1 }));
    expect(() => parseDefinition(invalid)).toThrow(/Assign.*HeartbeatSeconds/s);
  });

  it('accepts everything that is honoured', () => {
    const full = {
      Comment: 'everything',
      QueryLanguage: 'JSONPath',
      Version: '1.0',
      TimeoutSeconds: 3600,
      StartAt: 'A',
      States: {
        A: {
          ...map(
            { ...s3Reader('arn:aws:states:::s3:getObject', { InputType: 'JSONL', MaxItems: 5 }) },
            distributed,
          ),
          Label: 'level',
          MaxConcurrencyPath: '$.n',
          ToleratedFailureCount: 3,
          ToleratedFailurePercentage: 100,
          ItemSelector: { 'a.$': "States.Format('{}-{}', $.a, States.ArrayLength($.b))" },
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Parameters: { Bucket: 'b', 'Prefix.$': '$.p' },
          },
          ResultSelector: { 'key.$': '$.ResultWriterDetails.Key' },
          Retry: [
            {
              ErrorEquals: ['States.ALL'],
              IntervalSeconds: 1,
              BackoffRate: 1.5,
              MaxDelaySeconds: 9,
              JitterStrategy: 'FULL',
            },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'B' }],
          ResultPath: "$['map run'].result",
        },
        B: {
          Type: 'Choice',
          Choices: [
            {
              And: [{ Variable: '$.a', IsPresent: true }, { Not: { Variable: '$.a', StringMatches: 'x*' } }],
              Next: 'C',
            },
            { Variable: '$.n', NumericGreaterThanPath: '$.m', Next: 'D' },
          ],
          Default: 'E',
        },
        C: { Type: 'Wait', TimestampPath: '$.t', Next: 'D' },
        D: {
          Type: 'Fail',
          ErrorPath: '$.error.Error',
          CausePath: "States.Format('because {}', $.error.Cause)",
        },
        E: { Type: 'Parallel', Branches: [machine(task())], Next: 'F' },
        F: { Type: 'Succeed' },
      },
    };
    expect(parseDefinition(full)).toEqual(full);
  });
});
