import type { CustomRule } from './custom-rule.ts';
import { zoneClock } from './zone-clock.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * The same rule in UTC, for a rule that runs in every hour of every day, at minutes that are the same in UTC whatever the
 * offset of its zone. In its own zone, it would leave out an hour in autumn: EventBridge Scheduler runs at a wall time that
 * occurs twice only the first time. In UTC it runs through both passes.
 * @param zone IANA name
 * @returns undefined for any other rule
 */
export function hourlyInUtc(rule: CustomRule, zone: string): CustomRule | undefined {
  const { minutes, hours, days, months, years } = rule;
  if (hours.length < 24 || days.kind !== 'every-day' || months.length < 12 || years) return undefined;
  const inUtc = new Set(offsetsOf(zone).map((offset) => shifted(minutes, -offset).join()));
  if (inUtc.size > 1) return undefined;
  return { ...rule, minutes: shifted(minutes, -(offsetsOf(zone)[0] ?? 0)) };
}

function shifted(minutes: readonly number[], by: number): number[] {
  return minutes.map((minute) => (((minute + by) % 60) + 60) % 60).sort((a, b) => a - b);
}

const known = new Map<string, readonly number[]>();

/** The offsets of a zone from 2026 to 2037 in minutes, read every week: no zone has an offset for less than four. */
function offsetsOf(zone: string): readonly number[] {
  const found = known.get(zone);
  if (found) return found;
  const { wallAt } = zoneClock(zone);
  const offsets = new Set<number>();
  for (let instant = Date.UTC(2026, 0); instant < Date.UTC(2038, 0); instant += 7 * dayMs) {
    offsets.add((wallAt(instant) - instant) / minuteMs);
  }
  const list = [...offsets];
  known.set(zone, list);
  return list;
}
