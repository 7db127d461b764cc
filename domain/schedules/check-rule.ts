import { timeZoneName, timeZoneProblem } from '../companies/time-zone.ts';
import { clockTime } from './clock-time.ts';
import { printLocalTime, readLocalTime } from './local-time.ts';
import { runsAfter } from './next-runs.ts';
import { columnOf, parseCustomRule } from './parse-custom-rule.ts';
import { printCustomRule } from './print-custom-rule.ts';
import { RuleProblem } from './rule-problem.ts';
import { type ScheduleRule, weekdays } from './schedule-rule.ts';
import { readTime } from './to-custom-rule.ts';
import { zoneClock } from './zone-clock.ts';

const minuteMs = 60_000;

/**
 * Checks a rule and its zone, and returns them in canonical form: times padded, weekdays in order, canonical texts of
 * custom rules and zone names.
 * @param zone IANA name, in any case
 * @param now ISO 8601
 * @throws RuleProblem for an invalid rule or zone, for a single time that is past or that clocks skip (with the nearest
 * possible one), for runs less than 5 minutes apart, and for a rule without a future run
 */
export function checkRule(
  rule: ScheduleRule,
  zone: string,
  now: string,
): { readonly rule: ScheduleRule; readonly zone: string } {
  const known = timeZoneName(zone);
  if (known === undefined)
    throw new RuleProblem(
      'zone',
      `${JSON.stringify(zone.slice(0, 40))} is not a time zone that Pressroom knows`,
      `It ${timeZoneProblem(zone)}.`,
    );
  if (rule.repeat === 'once') return { rule: checkOnce(rule.at, known, Date.parse(now)), zone: known };
  const canonical = canonicalRule(rule);
  if (runsAfter(canonical, known, Date.parse(now)).next().done)
    throw new RuleProblem(
      rule.repeat === 'custom' ? 'year' : 'rule',
      'The rule has no future run: its years are over, or clocks skip its only time',
      'Omit the year, or write a year with a future run.',
      rule.repeat === 'custom' ? { column: columnOf(rule.text, 'year') } : {},
    );
  return { rule: canonical, zone: known };
}

function canonicalRule(rule: Exclude<ScheduleRule, { repeat: 'once' }>): ScheduleRule {
  if (rule.repeat === 'custom')
    return { repeat: 'custom', text: printCustomRule(parseCustomRule(rule.text)) };
  const { hour, minute } = readTime(rule.time);
  const time = clockTime(hour * 60 + minute);
  if (rule.repeat !== 'weekly') return { ...rule, time };
  // Invalid weekdays stay, and the calculation of the runs refuses them.
  const selected = new Set(rule.weekdays);
  const inOrder = weekdays.filter((weekday) => selected.delete(weekday));
  return { ...rule, time, weekdays: [...inOrder, ...selected] };
}

function checkOnce(at: string, zone: string, now: number): ScheduleRule {
  const clock = zoneClock(zone);
  const wall = readLocalTime(at);
  const instant = clock.instantOf(wall);
  if (instant !== undefined && instant > now) return { repeat: 'once', at: printLocalTime(wall) };

  const soonest = soonestWall(zone, now);
  if (instant !== undefined) {
    const nearest = printLocalTime(soonest);
    throw new RuleProblem(
      'at',
      `${printLocalTime(wall)} is in the past in ${zone}`,
      `Choose ${nearest} or later.`,
      {
        nearest,
      },
    );
  }
  const { from, to } = clock.gapAround(wall);
  const before = from - minuteMs;
  const nearest = printLocalTime(
    before >= soonest && wall - before < to - wall ? before : Math.max(to, soonest),
  );
  throw new RuleProblem(
    'at',
    `${printLocalTime(wall)} does not exist in ${zone}: clocks go from ${printLocalTime(from).slice(11)} to ${printLocalTime(to).slice(11)}`,
    `Choose ${nearest}.`,
    { nearest },
  );
}

/** The first whole minute at least one minute from now whose wall time was not shown before. */
function soonestWall(zone: string, now: number): number {
  const clock = zoneClock(zone);
  let instant = Math.ceil(now / minuteMs + 1) * minuteMs;
  let wall = clock.wallAt(instant);
  while (clock.instantOf(wall) !== instant) {
    instant += minuteMs;
    wall = clock.wallAt(instant);
  }
  return wall;
}
