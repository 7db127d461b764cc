import { readFileSync } from 'node:fs';
import { substitute } from '@pressroom/local-aws/step-functions/substitute';
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { lambdaErrors } from '../../functions/find-refused-parts/find-refused-parts.ts';
import {
  finishJobInput,
  finishJobOutput,
  publishLevelInput,
  substitutions,
} from '../../statemachines/publish-job.contract.ts';

const text = readFileSync(new URL('../../statemachines/publish-job.asl.json', import.meta.url), 'utf8');
const arn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
const definition = JSON.parse(
  substitute(text, {
    beginJobArn: arn('begin-job'),
    planJobArn: arn('plan-job'),
    publishPartArn: arn('publish-part'),
    findRefusedPartsArn: arn('find-refused-parts'),
    finishJobArn: arn('finish-job'),
    jobsBucket: 'jobs',
    partConcurrency: '40',
  }),
);

interface State {
  readonly Type: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
  readonly ItemSelector?: Readonly<Record<string, string>>;
}

function statesOf(states: Readonly<Record<string, State>>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...statesOf(state.ItemProcessor?.States ?? {}),
  ]);
}

const states = statesOf(definition.States);

describe('The definition of the publish job', () => {
  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(definition);
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  it('leaves open what its contract says, and nothing else', () => {
    const open = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(new Set(open)).toEqual(new Set(substitutions));
  });

  it.each(states.filter(([, { Type }]) => Type === 'Task'))(
    'ends "%s" in time and tries it again',
    (_, task) => {
      expect(task.TimeoutSeconds).toBeGreaterThan(0);
      expect(task.Retry?.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' });
      expect(task.Retry?.at(-1)?.MaxAttempts).toBeGreaterThanOrEqual(5);
    },
  );

  it.each(states.filter(([, { Type }]) => Type === 'Task'))(
    'tries "%s" again by a rule of its own if Lambda refuses it',
    (name, task) => {
      const own = task.Retry?.find(({ ErrorEquals }) =>
        ErrorEquals.includes('Lambda.TooManyRequestsException'),
      );
      expect(own?.ErrorEquals).toEqual(lambdaErrors);
      // A part has five minutes, as its execution is an Express one; its next pass tries again.
      expect(own?.MaxAttempts).toBe(name === 'Publish Part' ? 8 : 1_000);
      const longest = Array.from({ length: 8 }, (_, index) => Math.min(20, 2 * 2 ** index));
      expect(longest.reduce((sum, seconds) => sum + seconds) + 140).toBeLessThan(300);
    },
  );

  // A part's failure is tolerated by its map; that of Finish Job fails the execution, whose event calls it again.
  it.each(['Begin Job', 'Plan Job', 'Publish Levels'])('finishes the job when "%s" fails', (name) => {
    const state = new Map(states).get(name);
    expect(state?.Catch).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Finish Job' },
    ]);
  });

  it('retries no error that stays as it is, and ends what hangs in time to be run again', () => {
    for (const name of ['Begin Job', 'Plan Job']) {
      const [first] = new Map(states).get(name)?.Retry ?? [];
      expect(first, name).toMatchObject({ ErrorEquals: ['job.not-found'], MaxAttempts: 0 });
    }
    // An Express execution ends after 300 s: a part that hangs is run a second time in it.
    const part = new Map(states).get('Publish Part')?.TimeoutSeconds ?? 300;
    expect(2 * part).toBeLessThan(300);
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
  });

  it('knows every outcome that finish-job may answer', () => {
    const choices = definition.States['Check Outcome'].Choices as { StringEquals: string; Next: string }[];
    const next = Object.fromEntries(choices.map(({ StringEquals, Next }) => [StringEquals, Next]));
    expect(next).toEqual({ ended: 'Job Ended', waits: 'Job Waits', more: 'Finish Job' });
    expect(definition.States['Check Outcome'].Default).toBe('Job Ignored');
    expect(new Set(finishJobOutput.shape.outcome.options)).toEqual(
      new Set([...Object.keys(next), 'ignored']),
    );
  });

  it('hands finish-job its own answer when it asks for more', () => {
    const more = {
      company: 'luma',
      jobId: 'J1',
      outcome: 'more',
      status: 'running',
      failure: { Error: 'x' },
    };
    expect(finishJobOutput.parse(more)).toEqual(more);
    const { state } = finishJobInput.parse({ execution: 'J1', state: more });
    expect(state).toEqual({ company: 'luma', jobId: 'J1', failure: { Error: 'x' } });
  });

  it('gives "Publish Level" what its contract says', () => {
    const selector = new Map(states).get('Publish Levels')?.ItemSelector ?? {};
    const names = Object.keys(selector).map((name) => name.replace(/\.\$$/, ''));
    expect(new Set(names)).toEqual(new Set(Object.keys(publishLevelInput.shape)));
  });
});
