import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** The public keys of an issuer, for jose. */
export interface KeySet {
  readonly getKey: JWTVerifyGetKey;
  /** Reads the keys now. */
  refresh(): Promise<void>;
}

/** Milliseconds that keys are kept in memory. */
const maxAgeMs = 10 * 60_000;
/** Milliseconds before an unknown key makes them be read again: a stream of forged tokens must not reach the issuer. */
const cooldownMs = 30_000;

interface KnownKeys {
  readonly getKey: ReturnType<typeof createLocalJWKSet>;
  readonly read: number;
}

/**
 * Keys that are read when they are needed: once, again after ten minutes, and for an unknown key, since an issuer that has
 * changed its keys signs with one that is not known yet. jose's own `createRemoteJWKSet` does the same with `fetch`, which
 * Node takes 25 ms of CPU to load.
 * @param readKeys its errors are those of `getKey` and `refresh`
 * @param clock milliseconds since 1970
 */
export function keySet(readKeys: () => Promise<JSONWebKeySet>, clock: () => number): KeySet {
  let known: KnownKeys | undefined;

  return {
    async getKey(header, token) {
      const keys = await keysOf(maxAgeMs);
      try {
        return await keys.getKey(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const renewed = await keysOf(cooldownMs);
        if (renewed === keys) throw error;
        return renewed.getKey(header, token);
      }
    },
    async refresh() {
      await keysOf(0);
    },
  };

  async function keysOf(maxAge: number): Promise<KnownKeys> {
    if (known && clock() - known.read < maxAge) return known;
    known = { getKey: createLocalJWKSet(await readKeys()), read: clock() };
    return known;
  }
}
