import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sharpSource } from '../../src/lambda/sharp-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'pressroom-sharp-'));
mkdirSync(join(folder, 'with', 'node_modules', 'sharp'), { recursive: true });
mkdirSync(join(folder, 'with', 'node_modules', '@img', 'sharp-linux-x64'), { recursive: true });
mkdirSync(join(folder, 'without'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('sharpSource', () => {
  it('keeps the bundled sharp if its binaries are for this platform', () => {
    expect(sharpSource(join(folder, 'with'), 'linux-x64')).toBeUndefined();
  });

  it.each(['darwin-arm64', 'linuxmusl-x64'])('uses the installed sharp on %s', (platform) => {
    expect(sharpSource(join(folder, 'with'), platform)).toMatch(/^file:.*\/package\.json$/);
  });

  it('does nothing if the bundle contains no sharp', () => {
    expect(sharpSource(join(folder, 'without'), 'darwin-arm64')).toBeUndefined();
  });
});
