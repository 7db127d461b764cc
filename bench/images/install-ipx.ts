import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ipxSettings } from './comparison.ts';

/** Installs the newest ipx with npm, outside of the project. @returns the versions of ipx and of its sharp */
export function installIpx(folder: string): Readonly<Record<'ipx' | 'sharp', string>> {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json')))
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', `${ipxSettings.package}@latest`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const versionOf = (name: string) =>
    (
      JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
        version: string;
      }
    ).version;
  return { ipx: versionOf('ipx'), sharp: versionOf('sharp') };
}
