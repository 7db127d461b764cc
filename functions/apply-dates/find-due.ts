import type { LiveDateStore } from '../../adapters/dynamodb/assets/live-date-store.ts';
import type { DueMoment } from './apply-dates.contract.ts';

export interface FindDueDependencies extends Pick<LiveDateStore, 'listDueMoments'> {
  /** Sends a message to this function. @param delay seconds, at most 900 */
  readonly request: (moment: DueMoment, delay?: number) => Promise<void>;
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

const minute = 60_000;

/** Minutes between two looks at what is late: its message was lost, failed, or has still to be worked on. */
const lateEvery = 5;

/**
 * "Apply Dates", once a minute: finds the companies with assets that are due until the next look, and sends a message for each company
 * and moment, which is delivered at that moment. What is late it finds every five minutes, so that a company with a million assets does
 * not get a message each minute while they are worked on.
 *
 * Costs: four queries, $0.01 a month; an SQS message for each company and moment.
 * @returns the number of messages
 */
export async function findDue(dependencies: FindDueDependencies): Promise<number> {
  const now = dependencies.now();
  const time = Date.parse(now);
  const looksAtLate = Math.floor(time / minute) % lateEvery === 0;
  const lateBefore = new Date(time - 2 * minute).toISOString();
  const sent = new Set<string>();
  for await (const { company, due } of dependencies.listDueMoments(new Date(time + minute).toISOString())) {
    if (due < lateBefore && !looksAtLate) continue;
    const name = `${due} ${company}`;
    if (sent.has(name)) continue;
    sent.add(name);
    await dependencies.request({ company, due }, Math.max(0, Math.ceil((Date.parse(due) - time) / 1_000)));
  }
  return sent.size;
}
