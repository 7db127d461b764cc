import { nextTime } from '@pressroom/local-aws/scheduler/next-time';
import { parseExpression } from '@pressroom/local-aws/scheduler/schedule-expression';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import type { ScheduleRule } from '../../../domain/schedules/schedule-rule.ts';
import { schedulerExpressions } from '../../../domain/schedules/scheduler-expressions.ts';

it('the next runs are those that EventBridge Scheduler would start, as croner computes them', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const rules = fc.oneof(
    time.map((at): ScheduleRule => ({ repeat: 'daily', time: at })),
    time.map((at): ScheduleRule => ({ repeat: 'weekly', time: at, weekdays: ['Sun', 'Wed'] })),
    fc
      .tuple(time, fc.integer({ min: 1, max: 31 }))
      .map(([at, day]): ScheduleRule => ({ repeat: 'monthly', time: at, on: { day } })),
    fc
      .constantFrom('0 0/20 1,2 ? * Sun', '0 30 0-3 L * ?', '0 15 2 ? 3,4,10,11 1#1', '0 5 1 ? * 1L')
      .map((text): ScheduleRule => ({ repeat: 'custom', text })),
  );
  const zones = fc.constantFrom(
    'America/New_York',
    'Europe/London',
    'Australia/Lord_Howe',
    'Asia/Tokyo',
    'America/Sao_Paulo',
  );
  const instants = fc.date({ min: new Date('2017-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(rules, zones, instants, (rule, zone, instant) => {
      const expressions = schedulerExpressions(rule).map(parseExpression);
      let after = instant.getTime();
      const found = Array.from({ length: 4 }, () => {
        const times = expressions.flatMap((expression) => nextTime(expression, zone, after) ?? []);
        after = Math.min(...times);
        return new Date(after).toISOString();
      });
      expect(found).toEqual(nextRuns(rule, zone, instant.toISOString(), 4).map(({ at }) => at));
    }),
    { numRuns: 300 },
  );
});
