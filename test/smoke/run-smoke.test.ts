import { describe, expect, it } from 'vitest';
import { failureOf, reportLine } from '../../smoke/report.ts';
import { runSmoke, type SmokeStep } from '../../smoke/run-smoke.ts';

const step = (name: string, needs: readonly string[], work: SmokeStep['work']): SmokeStep => ({
  name,
  title: `Try ${name}`,
  needs,
  hint: `See "${name}".`,
  work,
});

const steps = [
  step('upload', [], async () => '3 files'),
  step('mail', [], async () => {
    throw new Error('No mail within 5 s');
  }),
  step('publish', ['upload'], async () => '3 assets'),
  step('reply', ['mail'], async () => 'never'),
];

describe('the steps of the smoke program', () => {
  it('run although an earlier one failed, unless they need it', async () => {
    const lines: string[] = [];
    const outcomes = await runSmoke(steps, [], (outcome) =>
      lines.push(reportLine({ ...outcome, milliseconds: 1_200 })),
    );
    expect(lines).toEqual([
      '✓ Try upload (upload, 1.2 s): 3 files',
      '✗ Try mail (mail, 1.2 s): No mail within 5 s. See "mail".',
      '✓ Try publish (publish, 1.2 s): 3 assets',
      '✗ Try reply (reply, 1.2 s): needs the step "mail", which did not pass',
    ]);
    expect(failureOf(outcomes)).toBe('2 of 4 steps failed: mail, reply');
  });

  it('are left out on request, and then do not count as failed', async () => {
    const outcomes = await runSmoke(steps, ['mail', 'reply'], () => {});
    expect(outcomes.map(({ status }) => status)).toEqual(['passed', 'left-out', 'passed', 'left-out']);
    expect(failureOf(outcomes)).toBeUndefined();
  });
});
