import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A bundle contains sharp's binaries for Lambda (Linux, x64, glibc). On other platforms, the sharp that is installed
 * beside this package is used instead.
 * @param folder folder of the function's code
 * @param platform in the form of sharp's package names: `linux-x64`, `linuxmusl-arm64`, `darwin-arm64`
 * @returns URL of a file to resolve sharp from; undefined if the bundle contains no sharp or one for this platform
 */
export function sharpSource(folder: string, platform = thisPlatform()): string | undefined {
  const modules = join(folder, 'node_modules');
  if (!existsSync(join(modules, 'sharp'))) return undefined;
  if (existsSync(join(modules, '@img', `sharp-${platform}`))) return undefined;
  return pathToFileURL(join(import.meta.dirname, '..', '..', 'package.json')).href;
}

function thisPlatform(): string {
  const musl = process.platform === 'linux' && !hasGlibc();
  return `${process.platform}${musl ? 'musl' : ''}-${process.arch}`;
}

function hasGlibc(): boolean {
  const report: unknown = process.report.getReport();
  const header =
    typeof report === 'object' && report !== null && 'header' in report ? report.header : undefined;
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header;
}
