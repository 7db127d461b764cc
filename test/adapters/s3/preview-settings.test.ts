import { describe, expect, it } from 'vitest';
import {
  previewSettingsMs,
  previewSettingsReader,
  previewSettingsStore,
  withAllRevoked,
} from '../../../adapters/s3/preview-settings.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';

const bucket = cloudNames.MASTERS_BUCKET;

function environment() {
  const cloud = memoryCloud();
  const { s3 } = cloud.clients;
  let random = 0;
  let time = 1_000_000;
  const clock = () => time;
  const store = () =>
    previewSettingsStore(s3, bucket, (count) => new Uint8Array(count).fill(++random), clock);
  const reads = () => cloud.calls.filter(({ command }) => command === 'GetObject').length;
  return {
    cloud,
    store,
    reader: () => previewSettingsReader(() => s3, bucket, clock),
    reads,
    wait: (ms: number) => {
      time += ms;
    },
  };
}

const key = new Uint8Array(32).fill(200);

describe('the settings of previews', () => {
  it('have one key, whichever environment is the first to need it', async () => {
    const { store } = environment();
    const [one, other] = [store(), store()];
    const made = await Promise.all([one.ensurePreviewSettings('luma'), other.ensurePreviewSettings('luma')]);
    expect(made[0]).toEqual(made[1]);
    expect(made[0]).toMatchObject({ generation: 1, revoked: [] });
    expect(made[0]?.key).toHaveLength(32);
    expect(await store().ensurePreviewSettings('nova')).not.toEqual(made[0]);
  });

  it('do not exist for a company without previews, and are found as soon as they do', async () => {
    const { store, reader } = environment();
    const server = reader();
    expect(await server.readPreviewSettings('luma')).toBeUndefined();
    const settings = await store().ensurePreviewSettings('luma');
    expect(await server.readPreviewSettings('luma')).toEqual(settings);
  });

  it('are read again after 30 seconds, which is below the 60 seconds of a revocation', async () => {
    const { store, reader, reads, wait } = environment();
    const api = store();
    const server = reader();
    await api.ensurePreviewSettings('luma');
    await server.readPreviewSettings('luma');
    await api.changePreviewSettings('luma', (settings) => withAllRevoked(settings, key));
    const before = reads();
    wait(previewSettingsMs - 1);
    expect(await server.readPreviewSettings('luma')).toMatchObject({ generation: 1 });
    expect(reads()).toBe(before);
    wait(1);
    expect(await server.readPreviewSettings('luma')).toMatchObject({ generation: 2 });
    expect(previewSettingsMs).toBeLessThan(60_000);
  });

  it('are read at once for a newer generation, but not more than once a second', async () => {
    const { store, reader, reads, wait } = environment();
    const api = store();
    const server = reader();
    await api.ensurePreviewSettings('luma');
    await server.readPreviewSettings('luma');
    const next = await api.changePreviewSettings('luma', (settings) => withAllRevoked(settings, key));
    wait(1_000);
    expect(await server.readPreviewSettings('luma', 2)).toEqual(next);
    const before = reads();
    for (let index = 0; index < 10; index += 1) await server.readPreviewSettings('luma', 999);
    expect(reads()).toBe(before);
    wait(1_000);
    await server.readPreviewSettings('luma', 999);
    expect(reads()).toBe(before + 1);
  });

  it('keep both of two changes at the same time', async () => {
    const { store } = environment();
    const [one, other] = [store(), store()];
    await one.ensurePreviewSettings('luma');
    const add = (signature: string) => (settings: Awaited<ReturnType<typeof one.ensurePreviewSettings>>) => ({
      ...settings,
      revoked: [...settings.revoked, [signature, 9] as const],
    });
    await Promise.all([
      one.changePreviewSettings('luma', add('a')),
      other.changePreviewSettings('luma', add('b')),
    ]);
    const { revoked = [] } = (await store().readPreviewSettings('luma')) ?? {};
    expect(revoked.map(([signature]) => signature).sort()).toEqual(['a', 'b']);
  });
});
