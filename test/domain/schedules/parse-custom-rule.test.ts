import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRule } from '../../../domain/schedules/check-rule.ts';
import { describeRule } from '../../../domain/schedules/describe-rule.ts';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import { parseCustomRule } from '../../../domain/schedules/parse-custom-rule.ts';
import { printCustomRule } from '../../../domain/schedules/print-custom-rule.ts';
import { type RuleField, RuleProblem } from '../../../domain/schedules/rule-problem.ts';
import { schedulerExpressions } from '../../../domain/schedules/scheduler-expressions.ts';
import { readableRules, ruleTexts } from './rule-texts.ts';

function problemOf(work: () => unknown): RuleProblem {
  try {
    work();
  } catch (error) {
    if (error instanceof RuleProblem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Whole numbers below a limit, the same ones for a seed (a linear congruential generator). */
function randomNumbers(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return Number(state >> 33n) % below;
  };
}

describe('a custom rule', () => {
  it.each([
    // The rules that Dynamic Media Classic prints as examples.
    ['0 15 10 * * ?', '0 15 10 * * ?'],
    ['0 0 12 * * ?', '0 0 12 * * ?'],
    ['0 15 10 ? * *', '0 15 10 * * ?'],
    ['0 0/5 14 * * ?', '0 0/5 14 * * ?'],
    ['0 0/5 14,18 * * ?', '0 0/5 14,18 * * ?'],
    ['0 10,44 14 ? 3 Wed', '0 10,44 14 ? Mar Wed'],
    ['0 15 10 ? * Mon-Fri', '0 15 10 ? * Mon-Fri'],
    ['0 15 10 20 * ?', '0 15 10 20 * ?'],
    ['0 15 10 L * ?', '0 15 10 L * ?'],
    ['0 15 10 ? * 6L', '0 15 10 ? * 6L'],
    ['0 15 10 * * 6#3', '0 15 10 ? * 6#3'],
    ['00 00 00 * * ', '0 0 0 * * ?'],
    // The rules of its daily, weekly and monthly choices.
    ['0 30 9 ? * Wed', '0 30 9 ? * Wed'],
    ['0 30 9 15 * ?', '0 30 9 15 * ?'],
    ['0 30 9 ? * 6#3', '0 30 9 ? * 6#3'],
    // Lenient readings.
    ['0 15 10 20 * *', '0 15 10 20 * ?'],
    ['0 15 10 * * *', '0 15 10 * * ?'],
    ['0 15 10 20 *', '0 15 10 20 * ?'],
    ['0 0 0 5C * ?', '0 0 0 5 * ?'],
    ['0 0 0 ? * 1C', '0 0 0 ? * Sun'],
    ['0 0 0 ? * monc', '0 0 0 ? * Mon'],
    ['0 0 0 ? * L', '0 0 0 ? * Sat'],
    ['0 0 0 ? * friL', '0 0 0 ? * 6L'],
    ['0 0 0 l * ?', '0 0 0 L * ?'],
    ['0 0 0 ? jAN,sep MON-fri', '0 0 0 ? Jan,Sep Mon-Fri'],
    ['0 0 0 ? * Fri-Mon', '0 0 0 ? * Sun,Mon,Fri,Sat'],
    ['0 0 22-2 * * ?', '0 0 0-2,22,23 * * ?'],
    ['0 0 0 ? * 2-6/2', '0 0 0 ? * Mon,Wed,Fri'],
    ['0 */15 * * * ?', '0 0/15 * * * ?'],
    ['0 0 0 * 1/3 ?', '0 0 0 * Jan,Apr,Jul,Oct ?'],
    ['0 0 0 1-31 1-12 ?', '0 0 0 * * ?'],
    ['0 0 0 ? * Fri#1,Fri,2#5', '0 0 0 ? * Fri,2#5'],
    ['0 0 0 ? * 2#1,2#2,2#3,2#4,2#5', '0 0 0 ? * Mon'],
    ['0 0 0 * * ? *', '0 0 0 * * ?'],
    ['0 0 0 * * ? 2027/2', '0 0 0 * * ? 2027/2'],
    ['0 0 0 * * ? 2030,2027-2029', '0 0 0 * * ? 2027-2030'],
    ['  0\t0   0 * * ?\n', '0 0 0 * * ?'],
    ['0 58 23 1,15 * ?', '0 58 23 1,15 * ?'],
  ])('"%s" is read as "%s"', (text, canonical) => {
    expect(printCustomRule(parseCustomRule(text))).toBe(canonical);
    expect(parseCustomRule(canonical)).toEqual(parseCustomRule(text));
  });

  it.each<[string, RuleField, number, string]>([
    // Two examples in the documentation lack their sixth field.
    ['0 10,44 14 ? 3', 'day of week', 15, 'Add the day of week, such as Wed'],
    ['0 15 10 ? *', 'day of week', 12, 'Add the day of week'],
    ['0 10 14 ? 3 Wed at 2:10 pm', 'rule', 20, 'at most seven fields'],
    ['', 'seconds', 1, 'Write six fields'],
    ['   ', 'seconds', 1, 'Write six fields'],
    ['0 15', 'hours', 5, 'Write six fields'],
    ['30 15 10 * * ?', 'seconds', 1, 'Write 0 for the seconds'],
    ['* 15 10 * * ?', 'seconds', 1, 'Write 0 for the seconds'],
    ['60 15 10 * * ?', 'seconds', 1, 'Write 0'],
    ['*/5 * * * *', 'seconds', 1, 'Write 0 in front'],
    ['0 60 10 * * ?', 'minutes', 3, 'Write 0-59'],
    ['0 0,10,99 10 * * ?', 'minutes', 8, 'Write 0-59'],
    ['0 0/0 10 * * ?', 'minutes', 5, 'Write a step of 1-59'],
    ['0 0/60 10 * * ?', 'minutes', 5, 'Write a step of 1-59'],
    ['0 0/x 10 * * ?', 'minutes', 5, 'Write a step of 1-59'],
    ['0 0,,5 10 * * ?', 'minutes', 5, 'Write 0-59'],
    ['0 ? 10 * * ?', 'minutes', 3, 'Write * for every value'],
    ['0 0 24 * * ?', 'hours', 5, 'Write 0-23'],
    ['0 0 8-25 * * ?', 'hours', 7, 'Write 0-23'],
    ['0 0 -1 * * ?', 'hours', 5, 'Write 0-23'],
    ['0 0 0 32 * ?', 'day of month', 7, 'Write 1-31 or L'],
    ['0 0 0 0 * ?', 'day of month', 7, 'Write 1-31 or L'],
    ['0 0 0 15W * ?', 'day of month', 7, 'Mon-Fri'],
    ['0 0 0 1,LW * ?', 'day of month', 9, 'Mon-Fri'],
    ['0 0 0 15,L * ?', 'day of month', 10, 'Write L alone'],
    ['0 0 0 L-3 * ?', 'day of month', 7, 'Write L alone'],
    ['0 0 0 C * ?', 'day of month', 7, 'Write 1-31 or L'],
    ['0 0 0 ? * 5L,6L', 'day of week', 11, 'a day and L alone'],
    ['0 0 0 ? * Mon-FriL', 'day of week', 11, 'a day and L alone'],
    ['0 0 0 1 13 ?', 'month', 9, 'Write 1-12 or Jan-Dec'],
    ['0 0 0 1 January ?', 'month', 9, 'Write Jan.'],
    ['0 0 0 1 Foo ?', 'month', 9, 'Write 1-12 or Jan-Dec'],
    ['0 0 0 ? * Monday', 'day of week', 11, 'Write Mon.'],
    ['0 0 0 ? * 0', 'day of week', 11, '1 = Sunday'],
    ['0 0 0 ? * 8', 'day of week', 11, '1 = Sunday'],
    ['0 0 0 ? * 6#6', 'day of week', 13, 'Write 1-5 after #'],
    ['0 0 0 ? * 8#1', 'day of week', 11, '1 = Sunday'],
    ['0 0 0 15 * Mon', 'day of week', 12, 'make two schedules'],
    ['0 0 0 ? * ?', 'day of week', 11, 'Write * in one of them'],
    ['0 0 0 * * ? 1969', 'year', 13, 'Write 1970-2099'],
    ['0 0 0 * * ? 2030-2028', 'year', 13, 'earlier year first'],
    ['0 0 0 * * ? ?', 'year', 13, 'Write * for every value'],
    ['0 0 0 30 2 ?', 'day of month', 7, 'Choose a day that exists'],
    ['0 0 0 29 2 ? 2027', 'day of month', 7, 'Choose a day that exists'],
    ['0 0 0 ? 2 6#5 2027', 'day of week', 11, 'Choose a day that exists'],
    ['0 * * * * ?', 'minutes', 3, 'Leave 5 minutes or more'],
    ['0 0/4 * * * ?', 'minutes', 3, 'Leave 5 minutes or more'],
    ['0 0/7 * * * ?', 'minutes', 3, 'Leave 5 minutes or more'],
    ['0 0,58 1,2 * * ?', 'minutes', 3, 'Leave 5 minutes or more'],
    ['0 0,58 0,23 * * ?', 'minutes', 3, 'Leave 5 minutes or more'],
  ])('"%s" is refused in the field %s at column %i with the remedy', (text, field, column, remedy) => {
    const problem = problemOf(() => parseCustomRule(text));
    expect({ field: problem.field, column: problem.column }).toEqual({ field, column });
    expect(problem.remedy).toContain(remedy);
    expect(problem.message).not.toBe('');
  });

  it('is refused if it is too long', () => {
    const problem = problemOf(() => parseCustomRule(`0 0 0 * * ? ${'2027,'.repeat(300)}2027`));
    expect(problem).toMatchObject({ field: 'rule', column: 1001 });
    expect(problem.remedy).toContain('ranges');
  });

  it('may have runs that would be too close on consecutive days if it has no such days', () => {
    expect(printCustomRule(parseCustomRule('0 0,58 0,23 1,15 * ?'))).toBe('0 0,58 0,23 1,15 * ?');
    expect(problemOf(() => parseCustomRule('0 0,58 0,23 1,L * ?')).field).toBe('day of month');
    expect(problemOf(() => parseCustomRule('0 0,58 0,23 1,31 * ?')).message).toBe(
      '23:58 and 00:00 are 2 minutes apart; runs must be at least 5 minutes apart',
    );
  });

  it('is printed as a text that parses to the same rule', () => {
    fc.assert(
      fc.property(ruleTexts, ({ text }) => {
        try {
          const rule = parseCustomRule(text);
          const canonical = printCustomRule(rule);
          expect(parseCustomRule(canonical)).toEqual(rule);
          expect(printCustomRule(parseCustomRule(canonical))).toBe(canonical);
        } catch (error) {
          if (!(error instanceof RuleProblem)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is parsed or refused without another error, for 100,000 texts', () => {
    const pieces = [
      ...'0123456789*?,-/#LWC '.split(''),
      ...['0', '*', '?', 'Mon', 'fri', 'Jan', '0/5', '2027', '6#3', '6L', '15', '-'],
      ...['٣', '😀', '\ud800', '\u0000', 'NaN', '1e3', '__proto__', '99999999999999999999'],
    ];
    const rules = fc.sample(readableRules, { seed: 53, numRuns: 1000 }).map(({ text }) => text);
    const random = randomNumbers(20_270_314);
    const any = <Value>(list: readonly Value[]): Value => list[random(list.length)] as Value;
    const word = () => Array.from({ length: 1 + random(4) }, () => any(pieces)).join('');
    const kinds = [
      // Words of rules, rules with a typing error, and random texts.
      () => Array.from({ length: 4 + random(4) }, () => (random(4) > 0 ? any(pieces) : word())).join(' '),
      () => {
        const rule = any(rules);
        const at = random(rule.length + 1);
        return rule.slice(0, at) + any(pieces) + rule.slice(at + random(3));
      },
      () => String.fromCharCode(...Array.from({ length: random(40) }, () => random(65_536))),
    ];
    let read = 0;
    for (let count = 0; count < 100_000; count++) {
      const text = any(kinds)();
      try {
        const rule = parseCustomRule(text);
        const canonical = printCustomRule(rule);
        if (JSON.stringify(parseCustomRule(canonical)) !== JSON.stringify(rule))
          throw new Error(`printed as ${canonical}`);
        read++;
        if (read % 20 > 0) continue;
        nextRuns({ repeat: 'custom', text }, 'Europe/London', '2027-01-01T00:00:00Z', 5);
        describeRule({ repeat: 'custom', text }, 'Europe/London');
        schedulerExpressions({ repeat: 'custom', text });
      } catch (error) {
        const placed =
          error instanceof RuleProblem && (error.column ?? 0) >= 1 && (error.column ?? 0) <= text.length + 1;
        if (!placed) throw new Error(`on ${JSON.stringify(text)}`, { cause: error });
      }
    }
    expect(read).toBeGreaterThan(2000);
  }, 30_000);

  it('is refused with the same kind of error as wrong times, days and zones', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?$/),
      fc.stringMatching(/^\d{1,2}:\d{1,2}$/),
    );
    fc.assert(
      fc.property(text, text, fc.double(), (typed, zone, number) => {
        const attempts = [
          () => checkRule({ repeat: 'once', at: typed }, 'UTC', '2027-01-01T00:00:00Z'),
          () => checkRule({ repeat: 'daily', time: typed }, 'UTC', '2027-01-01T00:00:00Z'),
          () => checkRule({ repeat: 'daily', time: '10:00' }, zone, '2027-01-01T00:00:00Z'),
          () =>
            checkRule(
              { repeat: 'monthly', time: '10:00', on: { day: number } },
              'UTC',
              '2027-01-01T00:00:00Z',
            ),
        ];
        for (const attempt of attempts) {
          try {
            attempt();
          } catch (error) {
            if (!(error instanceof RuleProblem)) throw error;
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});
