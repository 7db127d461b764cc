import { StateMachine as Witness } from 'aws-local-stepfunctions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleHolds } from '../../src/step-functions/choice-rule.ts';
import { callIntrinsic } from '../../src/step-functions/intrinsic-function.ts';
import { putAtPath, queryPath } from '../../src/step-functions/json-path.ts';
import { runStateMachine } from '../../src/step-functions/run-state-machine.ts';

const input = {
  name: 'Ada',
  count: 3,
  yes: true,
  nothing: null,
  list: [1, 2, 2, 'x'],
  nested: { 'odd key': { a: [{ b: 1 }, { b: 2 }] } },
  time: '2026-11-24T08:00:00Z',
  quoted: 'say "hi" \\ {}',
};

describe('queryPath', () => {
  it.each<[string, unknown]>([
    ['$', input],
    ['$.name', 'Ada'],
    ['$.nothing', null],
    ['$.none', undefined],
    ['$.name.length', undefined],
    ['$.list[0]', 1],
    ['$.list[-1]', 'x'],
    ['$.list[9]', undefined],
    ['$.list[1:3]', [2, 2]],
    ["$.nested['odd key'].a[1].b", 2],
    ['$.nested["odd key"].a[*].b', [1, 2]],
    ['$..b', [1, 2]],
    ['$.list[*]', [1, 2, 2, 'x']],
    ['$.none[*].b', []],
    ['$$.State', 'here'],
  ])('reads %s', (path, expected) => {
    expect(queryPath(path, input, { State: 'here' })).toEqual(expected);
  });

  it('does not find inherited properties', () => {
    expect(queryPath('$.toString', {}, {})).toBeUndefined();
  });

  it('reads a value that putAtPath has put, which changes nothing else', () => {
    const keys = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(keys, fc.jsonValue(), (names, value) => {
        const path = `$.${names.join('.')}`;
        const before = { other: 1 };
        const after = putAtPath(path, before, value);
        expect(queryPath(path, after, {})).toEqual(value);
        expect(before).toEqual({ other: 1 });
        if (names[0] !== 'other') expect(after).toMatchObject(before);
      }),
    );
  });
});

describe('callIntrinsic', () => {
  it.each<[string, unknown]>([
    ["States.Format('Hello {}, {} of {}', $.name, $.count, true)", 'Hello Ada, 3 of true'],
    ["States.Format('{} \\{\\} it\\'s', $.name)", "Ada {} it's"],
    ["States.Format('{}', $.quoted)", 'say "hi" \\ {}'],
    ['States.JsonToString($.nested)', JSON.stringify(input.nested)],
    ['States.StringToJson(\'[1,{"a":2}]\')', [1, { a: 2 }]],
    ["States.Array(1, 'two', $.yes, null)", [1, 'two', true, null]],
    ['States.Array()', []],
    ['States.ArrayPartition($.list, 3)', [[1, 2, 2], ['x']]],
    ['States.ArrayContains($.list, 2)', true],
    ['States.ArrayContains($.nested["odd key"].a, $.nested)', false],
    ['States.ArrayRange(1, 9, 4)', [1, 5, 9]],
    ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    ['States.ArrayGetItem($.list, 3)', 'x'],
    ['States.ArrayLength($.list)', 4],
    ['States.ArrayUnique($.list)', [1, 2, 'x']],
    ["States.Base64Encode('äb')", 'w6Ri'],
    ["States.Base64Decode('w6Ri')", 'äb'],
    ["States.Hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['States.JsonMerge($.nested, States.StringToJson(\'{"a":1}\'), false)', { ...input.nested, a: 1 }],
    ['States.MathAdd($.count, -5)', -2],
    ["States.StringSplit('a,b;;c', ',;')", ['a', 'b', 'c']],
    ["States.Format('{}', States.ArrayLength(States.Array('(', ')')))", '2'],
  ])('evaluates %s', (call, expected) => {
    expect(callIntrinsic(call, input, {})).toEqual(expected);
  });

  it.each([
    "States.Format('{}')",
    "States.Format('{}', $.list)",
    'States.ArrayPartition($.list, 0)',
    'States.ArrayLength($.name)',
    "States.StringToJson('{')",
    "States.Hash('a', 'CRC')",
    'States.ArrayRange(0, 5000, 1)',
    'States.JsonMerge($.nested, $.nested, true)',
  ])('fails for %s with States.IntrinsicFailure', (call) => {
    expect(() => callIntrinsic(call, input, {})).toThrow(
      expect.objectContaining({ error: 'States.IntrinsicFailure' }),
    );
  });

  it('returns a random number within its bounds, and different ids', () => {
    const number = callIntrinsic('States.MathRandom(3, 6)', {}, {});
    expect([3, 4, 5]).toContain(number);
    expect(callIntrinsic('States.UUID()', {}, {})).not.toBe(callIntrinsic('States.UUID()', {}, {}));
  });
});

describe('ruleHolds', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['a text is equal', { Variable: '$.name', StringEquals: 'Ada' }, true],
    ['a text is never equal to a number', { Variable: '$.count', StringEquals: '3' }, false],
    ['a number is less', { Variable: '$.count', NumericLessThan: 4 }, true],
    [
      'a number is not less than another path',
      { Variable: '$.count', NumericLessThanPath: '$.count' },
      false,
    ],
    ['a boolean is equal', { Variable: '$.yes', BooleanEquals: true }, true],
    [
      'a time is later than one in another zone',
      { Variable: '$.time', TimestampGreaterThan: '2026-11-24T08:59:00+01:00' },
      true,
    ],
    ['a pattern with a star', { Variable: '$.name', StringMatches: 'A*a' }, true],
    ['a pattern whose star is escaped', { Variable: '$.name', StringMatches: 'A\\*' }, false],
    ['a pattern with a dot is not a regular expression', { Variable: '$.name', StringMatches: 'A.a' }, false],
    ['a value is present', { Variable: '$.nothing', IsPresent: true }, true],
    ['a value is absent', { Variable: '$.none', IsPresent: false }, true],
    ['null is null', { Variable: '$.nothing', IsNull: true }, true],
    ['a text is not a number', { Variable: '$.name', IsNumeric: false }, true],
    [
      'all of them',
      {
        And: [
          { Variable: '$.yes', BooleanEquals: true },
          { Variable: '$.count', NumericEquals: 4 },
        ],
      },
      false,
    ],
    [
      'one of them',
      {
        Or: [
          { Variable: '$.count', NumericEquals: 4 },
          { Variable: '$.yes', BooleanEquals: true },
        ],
      },
      true,
    ],
    ['not that', { Not: { Variable: '$.count', NumericEquals: 4 } }, true],
  ])('evaluates "%s"', (_, rule, expected) => {
    expect(ruleHolds(rule, input, {})).toBe(expected);
  });

  it('throws States.Runtime if the value is missing', () => {
    expect(() => ruleHolds({ Variable: '$.none', StringEquals: 'a' }, input, {})).toThrow(
      expect.objectContaining({ error: 'States.Runtime' }),
    );
  });
});

describe('aws-local-stepfunctions as an independent witness', () => {
  const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:work';
  const end = { End: true as const };

  /** Runs the states with both interpreters. The function returns its payload after the failures in the input. */
  async function both(
    states: Record<string, unknown>,
    data: unknown,
  ): Promise<{ ours: unknown; theirs: unknown }> {
    const work = (): ((payload: unknown) => unknown) => {
      let failures = (data as { failures?: number }).failures ?? 0;
      return (payload) => {
        failures -= 1;
        if (failures >= 0) throw Object.assign(new Error('busy'), { name: 'storage.busy' });
        return { got: payload };
      };
    };
    const definition = { StartAt: 'First', States: states };
    const fake = work();
    const ours = await runStateMachine({
      definition,
      input: data,
      callLambda: (_, payload) => fake(payload),
      wait: async () => {},
    });
    const handler = work();
    const witness = new Witness(definition as ConstructorParameters<typeof Witness>[0], {
      validationOptions: { noValidate: true },
    });
    const theirs = await witness
      .run(data as Parameters<typeof witness.run>[0], {
        overrides: {
          taskResourceLocalHandlers: { First: (payload) => handler(payload) as typeof payload },
          retryIntervalOverrides: { First: 0 },
        },
      })
      .result.then(
        (output) => ({ output }),
        (error: Error) => ({ error: (error.cause as Error).name }),
      );
    return {
      ours: ours.status === 'SUCCEEDED' ? { output: ours.output } : { error: ours.error },
      theirs,
    };
  }

  it.each<[string, Record<string, unknown>, unknown]>([
    [
      'a task with Parameters and ResultPath',
      {
        First: {
          Type: 'Task',
          Resource: lambda,
          Parameters: { 'a.$': '$.x', b: [1] },
          ResultPath: '$.r',
          ...end,
        },
      },
      { x: 1 },
    ],
    [
      'a task with ResultSelector and OutputPath',
      {
        First: {
          Type: 'Task',
          Resource: lambda,
          ResultSelector: { 'v.$': '$.got.x' },
          OutputPath: '$.v',
          ...end,
        },
      },
      { x: [1] },
    ],
    [
      'a task that succeeds at the third attempt',
      { First: { Type: 'Task', Resource: lambda, Retry: [{ ErrorEquals: ['storage.busy'] }], ...end } },
      { failures: 2 },
    ],
    [
      'a task whose retries are used up',
      {
        First: {
          Type: 'Task',
          Resource: lambda,
          Retry: [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }],
          ...end,
        },
      },
      { failures: 2 },
    ],
    [
      'a Catch that keeps the input',
      {
        First: {
          Type: 'Task',
          Resource: lambda,
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B', ResultPath: '$.e' }],
          ...end,
        },
        B: { Type: 'Pass', Parameters: { 'error.$': '$.e.Error', 'x.$': '$.x' }, ...end },
      },
      { failures: 1, x: 2 },
    ],
    [
      'a Choice',
      {
        First: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericGreaterThan: 3, Next: 'B' }],
          Default: 'C',
        },
        B: { Type: 'Pass', Result: 'B', ...end },
        C: { Type: 'Pass', Result: 'C', ...end },
      },
      { n: 4 },
    ],
    [
      'a Choice without a match',
      {
        First: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 3, Next: 'B' }] },
        B: { Type: 'Succeed' },
      },
      { n: 1 },
    ],
    [
      'a Map',
      {
        First: {
          Type: 'Map',
          ItemsPath: '$.l',
          ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' },
          ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', ...end } } },
          ...end,
        },
      },
      { l: ['a', 'b'] },
    ],
    [
      'a Parallel',
      {
        First: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'P', States: { P: { Type: 'Pass', Result: 1, ...end } } },
            { StartAt: 'Q', States: { Q: { Type: 'Pass', ...end } } },
          ],
          ...end,
        },
      },
      { a: 1 },
    ],
    ['a Fail', { First: { Type: 'Fail', Error: 'X', Cause: 'y' } }, {}],
    [
      'intrinsic functions',
      {
        First: {
          Type: 'Pass',
          Parameters: {
            'a.$': "States.Format('{}/{}', $.a, $.b)",
            'p.$': 'States.ArrayPartition($.l, 2)',
            'h.$': "States.Hash($.a, 'SHA-256')",
          },
          ...end,
        },
      },
      { a: 'x', b: 2, l: [1, 2, 3] },
    ],
    ['a missing path', { First: { Type: 'Pass', InputPath: '$.none', ...end } }, {}],
  ])('agrees about %s', async (_, states, data) => {
    const { ours, theirs } = await both(states, data);
    expect(ours).toEqual(theirs);
  });
});
