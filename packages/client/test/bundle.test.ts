import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Bundles a module of the client as a web page loads it. */
async function bundle(module: string) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(import.meta.dirname, '..', 'src', module)],
    absWorkingDir: join(import.meta.dirname, '..', '..', '..'),
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return { bytes: gzipSync(outputFiles[0]?.contents ?? '').length, inputs: Object.keys(metafile.inputs) };
}

describe('the bundle for browsers', () => {
  it('has at most 15 kB compressed', async () => {
    const { bytes } = await bundle('create-client.ts');
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThanOrEqual(15_000);
  });

  it.each(['create-client.ts', 'image-url.ts', 'responsive-image.ts', 'verify-webhook.ts'])(
    'of %s has only modules of the client',
    async (module) => {
      // esbuild refuses a module of Node.js on this platform, so the bundle has none.
      const { inputs } = await bundle(module);
      expect(inputs.filter((input) => !input.startsWith('packages/client/src/'))).toEqual([]);
    },
  );
});
