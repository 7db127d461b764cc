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

/** What rules match as `source`. */
const source = 'pressroom';

/** Entries of a call, and tries of an entry that EventBridge did not take (its throttling is per entry). */
const maxEntries = 10;
const maxPutAttempts = 3;

export interface EventBus {
  /** Tells of what has gone live. @param publishing whose doing it is */
  readonly emitPublished: (
    asset: Asset,
    servers: readonly Server[],
    publishing: { readonly by: string; readonly jobId?: string },
  ) => void;
  /** Tells that a job has come to another status. @param at when: ISO 8601, UTC */
  readonly emitStatus: (job: Job, at: string) => void;
  /** Tells at once that a job has ended, so that it can be noted that this was told. Like `flush` it does not fail. */
  readonly emitEnd: (job: Job) => Promise<void>;
  /**
   * Sends what was announced since the last time. To be called before the function ends: what it dies with is not
   * told. Whatever EventBridge does, it does not fail: the work that is told of is done.
   * Calls: one for 1,000 assets of a job, or for 10 events of another kind.
   */
  readonly flush: () => Promise<void>;
}

/** Collects events, so that many assets make one, and sends them. */
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
      bus.emitStatus(job, job.ended ?? job.submitted);
      await bus.flush();
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

  async function put(events: readonly (AssetPublished | PublishJobStatusChanged)[]): Promise<void> {
    let remaining = events;
    let error: unknown;
    for (let tries = 0; tries < maxPutAttempts && remaining.length > 0; tries += 1) {
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
        // The client has tried again itself; what it gives up on stays untold.
        error = caught;
        break;
      }
    }
    if (remaining.length > 0) warn('Events were not taken by the bus', { events: remaining.length, error });
  }
}
