import type { SettingsStore } from '../../../adapters/dynamodb/companies/settings-store.ts';
import { describeRule } from '../../../domain/schedules/describe-rule.ts';
import { nextRuns } from '../../../domain/schedules/next-runs.ts';
import type { PromisedResponse, RequestOf } from '../route-types.ts';
import { checkedRule } from './checked-rule.ts';
import { shownRule } from './schedule-response.ts';

export interface PreviewScheduleDependencies extends Pick<SettingsStore, 'getSettings'> {
  readonly now: () => string;
}

/** Runs that are shown before a schedule is saved (DOMAIN.md, "Schedules"). */
const runsShown = 5;

/** Tells what a rule means and when it would run. Nothing is saved: one read, for the company's time zone. */
export async function previewSchedule(
  { company, body }: Pick<RequestOf<'previewSchedule'>, 'company' | 'body'>,
  { getSettings, now: clock }: PreviewScheduleDependencies,
): PromisedResponse<'previewSchedule'> {
  const now = clock();
  const zone = body.timeZone ?? (await getSettings(company)).timeZone;
  const { rule, timeZone } = checkedRule(body.rule, zone, now);
  return {
    rule: shownRule(rule),
    timeZone,
    description: describeRule(rule, timeZone),
    nextRuns: nextRuns(rule, timeZone, now, runsShown),
  };
}
