import type { Delivered } from '../local/fetch-delivered.ts';
import type { Directory } from '../local/sample-users.ts';

/** An installation of Pressroom, as the smoke program sees it. */
export interface SmokeTarget {
  /** Address of the API, without `/v1`. */
  readonly apiUrl: string;
  readonly directory: Directory;
  /** Milliseconds that a step waits for a result before it fails. */
  readonly patienceMs: number;
  deliver(url: string, headers?: Readonly<Record<string, string>>): Promise<Delivered>;
  /** Returns at this time of EventBridge Scheduler. Milliseconds since 1970. */
  waitUntil(time: number): Promise<void>;
}
