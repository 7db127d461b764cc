/** What came of one try to send a notification. Reasons are public text without a full stop at their end. */
export type AttemptOutcome =
  /** There was an answer, whatever it says. */
  | {
      readonly outcome: 'responded';
      /** HTTP status. */
      readonly status: number;
      /** The first 4 kB of it, as text. */
      readonly body: string;
      /** Whether more came, or was to come. */
      readonly truncated: boolean;
      /** The answer's `Retry-After`. */
      readonly retryAfter?: string;
    }
  /** There was none. */
  | {
      readonly outcome: 'failed';
      readonly cause: 'timeout' | 'unknown-host' | 'unreachable' | 'tls' | 'not-http';
      readonly reason: string;
    }
  /** Nothing was sent, since the address is one that notifications may not go to. */
  | { readonly outcome: 'refused'; readonly reason: string };
