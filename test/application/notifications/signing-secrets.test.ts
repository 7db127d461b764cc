import { beforeEach, describe, expect, it } from 'vitest';
import {
  addSecret,
  type SecretDependencies,
  signingSecrets,
} from '../../../application/notifications/signing-secrets.ts';
import type { CompanySecret } from '../../../domain/notifications/company-secrets.ts';
import { isWebhookSecret } from '../../../domain/notifications/webhook-secret.ts';

let kept: readonly CompanySecret[];
let count: number;
let now: string;
let dependencies: SecretDependencies;

beforeEach(() => {
  kept = [];
  count = 0;
  now = '2026-11-24T08:00:00.000Z';
  dependencies = {
    readSecrets: async () => kept,
    changeSecrets: async (_, seen, secrets) => {
      if (JSON.stringify(seen) !== JSON.stringify(kept)) return false;
      kept = secrets;
      return true;
    },
    newId: () => `S${++count}`,
    randomBytes: (length) => new Uint8Array(length).fill(count),
    now: () => now,
  };
});

describe('signingSecrets', () => {
  it('creates a secret when it is first needed, and keeps it', async () => {
    const [secret = '', ...others] = await signingSecrets('luma', dependencies);
    expect(isWebhookSecret(secret)).toBe(true);
    expect(others).toEqual([]);
    expect(await signingSecrets('luma', dependencies)).toEqual([secret]);
    expect(kept).toHaveLength(1);
  });

  it('returns the new and the previous secret for a day', async () => {
    const [former] = await signingSecrets('luma', dependencies);
    const { secret } = await addSecret('luma', dependencies);
    expect(await signingSecrets('luma', dependencies)).toEqual([secret, former]);
    now = '2026-11-25T08:00:00.001Z';
    expect(await signingSecrets('luma', dependencies)).toEqual([secret]);
  });

  it('keeps a secret that another call creates at the same time', async () => {
    const { changeSecrets } = dependencies;
    let isFirst = true;
    const racing: SecretDependencies = {
      ...dependencies,
      changeSecrets: async (company, seen, secrets) => {
        if (isFirst) {
          isFirst = false;
          await addSecret(company, dependencies);
        }
        return changeSecrets(company, seen, secrets);
      },
    };
    const mine = await addSecret('luma', racing);
    expect(kept.map(({ id }) => id)).toEqual([mine.id, 'S2']);
  });
});
