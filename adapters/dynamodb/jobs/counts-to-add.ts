import type { CountsChange } from '../../../domain/jobs/counts.ts';
import type { CountsByServer } from '../../../domain/jobs/job.ts';

/** The attributes of a job that a change of its counts adds to, as `add` of an update. Empty if nothing changes. */
export function countsToAdd(change: CountsChange, byServer: CountsByServer = {}): Record<string, number> {
  const attributes = [
    ...Object.entries(change).map(([name, value]) => [`counts.${name}`, value] as const),
    ...Object.entries(byServer).flatMap(([server, counts]) =>
      Object.entries(counts).map(([name, value]) => [`perServer.${server}.${name}`, value] as const),
    ),
  ];
  return Object.fromEntries(attributes.filter(([, value]) => value !== 0));
}
