import { timeZoneName } from '../companies/time-zone.ts';
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
 * A rule and a zone as they are kept: times padded, weekdays in order, custom rules and zone names canonical.
 * @param now ISO 8601
 * @throws RuleProblem for what cannot be read, for a single time that is past or skipped by the clocks (with the nearest
 * that can be), for runs less than 5 minutes apart, for a rule that has no run to come
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
      'There is no such time zone',
      'Write an IANA name, such as Europe/Berlin, America/New_York or UTC.',
    );
  if (rule.repeat === 'once') return { rule: checkOnce(rule.at, known, Date.parse(now)), zone: known };
  const canonical = canonicalRule(rule);
  if (runsAfter(canonical, known, Date.parse(now)).next().done)
    throw new RuleProblem(
      rule.repeat === 'custom' ? 'year' : 'rule',
      'The rule has no run to come: its years are over, or clocks skip its only time',
      'Leave the year out, or name one that has a run to come.',
      rule.repeat === 'custom' ? { column: columnOf(rule.text, 'year') } : {},
    );
  return { rule: canonical, zone: known };
}

function canonicalRule(rule: Exclude<ScheduleRule, { repeat: 'once' }>): ScheduleRule {
  if (rule.repeat === 'custom')
    return { repeat: 'custom', text: printCustomRule(parseCustomRule(rule.text)) };
  const { hour, minute } = readTime(rule.time);
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  if (rule.repeat !== 'weekly') return { ...rule, time };
  // A weekday that is none stays, for the run calculation to refuse.
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
    throw new RuleProblem('at', `${printLocalTime(wall)} is past in ${zone}`, `Choose ${nearest} or later.`, {
      nearest,
    });
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

/** The first whole minute that is a minute away or more, and does not repeat one that was shown before. */
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
