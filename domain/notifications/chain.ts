/**
 * Where a job stands in a chain of jobs that start one another by notifications (DOMAIN.md, "HTTP notification and
 * chaining"). A job's notification carries its chain, and the job that it triggers stands one deeper: so a loop ends.
 */
export interface Chain {
  /** 0: a person or the clock started it. */
  readonly depth: number;
  /** Id of the job that began the chain: its own, at depth 0. */
  readonly origin: string;
}

/** The depth at which a job still runs, but triggers no other (DOMAIN.md). */
export const maxChainDepth = 10;

/** The chain of a job that no other job triggered. */
export function newChain(jobId: string): Chain {
  return { depth: 0, origin: jobId };
}

/** The chain of the job that a notification triggers, or why it triggers none. */
export function followUp({ depth, origin }: Chain): Chain | { readonly refused: string } {
  if (depth < maxChainDepth) return { depth: depth + 1, origin };
  return {
    refused:
      `The chain that job ${origin} began is ${maxChainDepth} jobs deep, which is the most: ` +
      'check whether the jobs trigger one another in a circle',
  };
}

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/**
 * The chain that a request to a trigger URL stands in. Anybody who has the URL may begin a new chain, so a body that
 * is none of our notifications, or one that was tampered with, wins nothing by it.
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
