import { randomBytes } from 'node:crypto';

/** A change that was planned, and waits for its confirmation. */
export interface PlannedChange {
  /** What it does, in one sentence. */
  readonly sentence: string;
  /**
   * Does exactly what was planned.
   * @throws if something has changed since
   */
  run(): Promise<unknown>;
}

/** Milliseconds for which a token is valid. */
export const validMs = 5 * 60_000;

/** Tokens of planned changes. Each is for one change, for five minutes, and once. They are in this process only. */
export function confirmTokens(now: () => number) {
  const planned = new Map<string, PlannedChange & { readonly expires: number }>();
  return {
    add(change: PlannedChange): { readonly confirmToken: string; readonly expires: string } {
      for (const [token, { expires }] of planned) if (expires <= now()) planned.delete(token);
      const confirmToken = randomBytes(16).toString('base64url');
      const expires = now() + validMs;
      planned.set(confirmToken, { ...change, expires });
      return { confirmToken, expires: new Date(expires).toISOString() };
    },
    /** @throws Error for a token that is unknown, used or expired */
    take(token: string): PlannedChange {
      const change = planned.get(token);
      planned.delete(token);
      if (!change || change.expires <= now())
        throw new Error('The token is unknown, was used, or is older than 5 minutes. Plan the change again.');
      return change;
    },
  };
}
