/** What can change in a company, as coarse as a screen of a user interface. */
export const changeKinds = ['assets', 'jobs', 'schedules', 'settings'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** When something of a kind was last marked as changed: ISO 8601, UTC. */
export type ChangeMarks = Partial<Readonly<Record<ChangeKind, string>>>;

/** Milliseconds. A process marks a kind of a company once in this time, at the first change. */
export const markIntervalMs = 2_000;

/**
 * Milliseconds before `since` that still count. A change within the interval of a mark has no mark of its own, so a mark
 * stands for what was written until 2 seconds after it. The other 3 seconds are for clocks that differ, and for marks
 * that were delayed by retries or that a read does not see yet.
 */
const overlapMs = markIntervalMs + 3_000;

/**
 * The kinds that may have changed since a time. None that changed is missing; a kind that changed shortly before is
 * reported once or twice more.
 * @param since when the caller last asked: ISO 8601, UTC. All kinds if it is missing
 */
export function changedSince(marks: ChangeMarks, since: string | undefined): ChangeKind[] {
  if (since === undefined) return [...changeKinds];
  const from = Date.parse(since) - overlapMs;
  return changeKinds.filter((kind) => Date.parse(marks[kind] ?? '') >= from);
}
