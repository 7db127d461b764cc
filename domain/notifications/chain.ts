/**
 * The position of a job in a chain of jobs that trigger one another by notifications (docs/notifications.md). A job's
 * notification contains its chain, and the job that it triggers has the next depth. This ends loops.
 */
export interface Chain {
  /** 0: a member or a schedule started the job. */
  readonly depth: number;
  /** Id of the first job of the chain; at depth 0 the job's own id. */
  readonly origin: string;
}

/** The depth of the last job of a chain. It runs, but triggers no other job (docs/notifications.md). */
export const maxChainDepth = 10;

/** The chain of a job that no other job triggered. */
export function newChain(jobId: string): Chain {
  return { depth: 0, origin: jobId };
}

/** The chain of the job that a notification triggers, or the public reason why it triggers none. */
export function followUp({ depth, origin }: Chain): Chain | { readonly refused: string } {
  if (depth < maxChainDepth) return { depth: depth + 1, origin };
  return {
    refused:
      `The chain that job ${origin} began has reached its maximum depth of ${maxChainDepth} jobs: ` +
      'check whether the jobs trigger one another in a loop',
  };
}

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * Reads the chain from the body of a request to a trigger URL. Everybody who has the URL may begin a new chain, so a
 * forged body gains nothing.
 * @param body as parsed from JSON
 * @returns undefined if it is not a notification of a job
 */
export function readChain(body: unknown): Chain | undefined {
  const { data } = asObject(body);
  const { depth, origin } = asObject(asObject(data).chain);
  if (typeof depth !== 'number' || !Number.isSafeInteger(depth) || depth < 0) return undefined;
  if (typeof origin !== 'string' || !ulid.test(origin)) return undefined;
  return { depth, origin };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
