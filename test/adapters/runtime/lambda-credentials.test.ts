import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultProvider } from '../../../adapters/runtime/lambda-credentials.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the credentials of a function', () => {
  it('are those of its environment, each time', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', undefined);
    const provide = defaultProvider();
    expect(await provide()).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' });
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    expect(await provide()).toEqual({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      sessionToken: 'session',
    });
  });

  it('are missed with their names', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    await expect(defaultProvider()()).rejects.toThrow(
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are missing',
    );
  });
});
