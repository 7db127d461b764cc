import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Asset } from '../../domain/assets/asset.ts';
import {
  type AssetPublished,
  assetsPublished,
  type NewPublication,
  newPublications,
  type Publisher,
} from '../../domain/assets/asset-published.ts';
import type { Server } from '../../domain/delivery/server.ts';
import type { Job } from '../../domain/jobs/job.ts';
import { jobStatusChanged, type PublishJobStatusChanged } from '../../domain/jobs/job-status-changed.ts';

/** The `source` that rules match. */
const source = 'pressroom';

/** Entries of a call, and attempts for an entry that EventBridge refused (it throttles single entries). */
const maxEntries = 10;
const maxPutAttempts = 3;

export interface EventBus {
  /** Emits that an asset went live. @param publishing the user, and the job if one did it */
  readonly emitPublished: (
    asset: Asset,
    servers: readonly Server[],
    publishing: { readonly by: string; readonly jobId?: string },
  ) => void;
  /** Emits that a job has a new status. @param at when: ISO 8601, UTC */
  readonly emitStatus: (job: Job, at: string) => void;
  /**
   * Emits at once that a job has ended, so that the caller can record it.
   * @throws Error if EventBridge does not accept the event: the end then stays unprocessed, and reconcile-jobs repeats it
   */
  readonly emitEnd: (job: Job) => Promise<void>;
  /**
   * Sends the events that were emitted since the last flush. Call it before the function ends: events that were not sent
   * by then are lost. It never fails, because the work behind the events is done. One call for 1,000 assets of a job, or
   * for 10 events of another kind.
   */
  readonly flush: () => Promise<void>;
}

/** Collects events, so that many assets make one event, and sends them. */
export function eventBus(
  client: EventBridgeClient,
  busName: string,
  warn: (message: string, facts: Record<string, unknown>) => void,
): EventBus {
  let statuses: PublishJobStatusChanged[] = [];
  let published = new Map<string, { whose: Publisher; publications: NewPublication[] }>();

  const bus: EventBus = {
    emitPublished(asset, servers, { by, jobId }) {
      const { company } = asset;
      const whose = { company, by, ...(jobId === undefined ? {} : { jobId }) };
      const key = JSON.stringify(whose);
      const collected = published.get(key) ?? { whose, publications: [] };
      collected.publications.push(...newPublications(asset, servers));
      published.set(key, collected);
    },

    emitStatus(job, at) {
      const change = jobStatusChanged(job, at);
      if (change) statuses.push(change);
    },

    async emitEnd(job) {
      await bus.flush();
      const end = jobStatusChanged(job, job.ended ?? job.submitted);
      if (end && !(await put([end])))
        throw new Error(`EventBridge did not accept the event that job ${job.id} has ended`);
    },

    async flush() {
      const events = [
        ...[...published.values()].flatMap(({ whose, publications }) => assetsPublished(whose, publications)),
        ...statuses,
      ];
      statuses = [];
      published = new Map();
      for (let start = 0; start < events.length; start += maxEntries) {
        await put(events.slice(start, start + maxEntries));
      }
    },
  };
  return bus;

  /** @returns whether EventBridge accepted all of them */
  async function put(events: readonly (AssetPublished | PublishJobStatusChanged)[]): Promise<boolean> {
    let remaining = events;
    let error: unknown;
    for (let attempt = 1; attempt <= maxPutAttempts && remaining.length > 0; attempt += 1) {
      const sent = remaining;
      try {
        const { Entries = [] } = await client.send(
          new PutEventsCommand({
            Entries: sent.map(({ type, detail }) => ({
              EventBusName: busName,
              Source: source,
              DetailType: type,
              Detail: JSON.stringify(detail),
            })),
          }),
        );
        remaining = sent.filter((_, index) => Entries[index]?.ErrorCode !== undefined);
        error = Entries.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode;
      } catch (caught) {
        // The client has already repeated the call. These events are lost.
        error = caught;
        break;
      }
    }
    if (remaining.length > 0)
      warn('EventBridge did not accept all events', { events: remaining.length, error });
    return remaining.length === 0;
  }
}
