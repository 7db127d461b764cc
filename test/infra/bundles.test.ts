import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { features } from '../../functions/serve-api/features.ts';
import { edgeFunctions } from '../../infra/constructs/edge-bundle.ts';
import { bundleFunction } from '../../infra/constructs/function-bundle.ts';
import { sharedSynthesis } from './synth.ts';

const bundles = () => join(sharedSynthesis().folder, 'bundles');
const folders = readdirSync('functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !edgeFunctions.some((folder) => folder === entry.name))
  .map(({ name }) => name);
const withSharp = ['ingest-upload', 'serve-image'];
/** Loads its features when they are asked for. */
const split = 'serve-api';

const again = mkdtempSync(join(inject('scratch'), 'bundles-'));

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** A module, and all that it imports before it runs. */
function importedBy(folder: string, module: string, seen: string[] = []): string[] {
  if (seen.includes(module)) return seen;
  seen.push(module);
  const code = readFileSync(join(folder, module), 'utf8');
  for (const [, imported = ''] of code.matchAll(/(?:from|import)"\.\/([\w-]+\.mjs)"/g))
    importedBy(folder, imported, seen);
  return seen;
}

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesOf(folder)) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

const bytesOf = (folder: string) =>
  filesOf(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);

/** Bytes that a cold start compiles. */
const codeBytes = (folder: string) =>
  importedBy(join(bundles(), folder), 'index.mjs').reduce(
    (sum, file) => sum + statSync(join(bundles(), folder, file)).size,
    0,
  );

describe('a bundle', () => {
  it.each(folders.filter((folder) => !withSharp.includes(folder) && folder !== split))(
    'of %s is one module and its map',
    (folder) => {
      expect(filesOf(join(bundles(), folder))).toEqual(['index.mjs', 'index.mjs.map']);
    },
  );

  it('of serve-api is a module and its map for the start, and others for each feature', () => {
    const files = filesOf(join(bundles(), split));
    const modules = files.filter((file) => file.endsWith('.mjs'));
    expect(files).toEqual(modules.flatMap((module) => [module, `${module}.map`]).sort());
    const first = importedBy(join(bundles(), split), 'index.mjs');
    expect(Object.keys(features)).toContain('assets');
    for (const feature of Object.keys(features)) {
      const module = modules.find((file) => file.startsWith(`serve-${feature}-`));
      expect(module, feature).toBeDefined();
      expect(first).not.toContain(module);
    }
  });

  it.each(folders)('of %s has room for a cold start: its own code and the SDK are below 1 MB', (folder) => {
    expect(codeBytes(folder)).toBeLessThan(1_000_000);
  });

  it('never imports node:http, whose exports load all of fetch', () => {
    for (const folder of folders)
      for (const file of filesOf(join(bundles(), folder)).filter((name) => /^[^/]+\.mjs$/.test(name)))
        expect(readFileSync(join(bundles(), folder, file), 'utf8'), `${folder}/${file}`).not.toMatch(
          /(from|import|import\()\s*["'](node:)?http["']/,
        );
  });

  it.each(['begin-job', split])(
    'of %s has stack traces with the names and places of the sources',
    (folder) => {
      const bundle = JSON.stringify(pathToFileURL(join(bundles(), folder, 'index.mjs')).href);
      const program = `await import(${bundle}).catch((error) => console.log(error.stack));`;
      const stack = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, AWS_REGION: 'us-east-1' },
      });
      expect(stack).toMatch(/^Error: The environment has no /);
      expect(stack).toMatch(/at readEnvironment \(adapters\/runtime\/environment\.ts:\d+:\d+\)/);
      expect(stack).toMatch(new RegExp(`at functions/${folder}/handler\\.ts:\\d+:\\d+`));
    },
  );

  it.each(withSharp)(
    'of %s brings sharp for Linux on x64, with its licences and nothing for developers',
    (folder) => {
      const files = filesOf(join(bundles(), folder));
      expect(files).toContainEqual(
        expect.stringMatching(/^node_modules\/@img\/sharp-linux-x64\/lib\/sharp-linux-x64-[\d.]+\.node$/),
      );
      expect(files).toContainEqual(
        expect.stringMatching(/^node_modules\/@img\/sharp-libvips-linux-x64\/lib\/libvips-cpp\.so\.[\d.]+$/),
      );
      expect(files).toContain('node_modules/sharp/LICENSE');
      expect(
        files.filter((file) => /\.(d\.[cm]?ts|md|h|cc|gyp|map|ts)$/.test(file.replace('index.mjs.map', ''))),
      ).toEqual([]);
      const packages = new Set(files.map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]));
      packages.delete(undefined);
      expect([...packages].sort()).toEqual([
        ...(folder === 'ingest-upload' ? ['@hyzyla/pdfium'] : []),
        '@img/colour',
        '@img/sharp-libvips-linux-x64',
        '@img/sharp-linux-x64',
        'detect-libc',
        ...(folder === 'ingest-upload' ? ['libheif-js', 'mediabunny'] : ['harfbuzzjs']),
        'semver',
        'sharp',
      ]);
      // Lambda takes 250 MB, unpacked; what is fetched at a cold start is better small. Nobody waits for ingest-upload, which has
      // the decoders of HEIC and PDF.
      const maxBytes = folder === 'ingest-upload' ? 30_000_000 : 25_000_000;
      expect(bytesOf(join(bundles(), folder))).toBeLessThan(maxBytes);
    },
  );

  // Elsewhere the binaries of Lambda's platform cannot be loaded.
  if (process.platform === 'linux' && process.arch === 'x64')
    it('finds its sharp from where it lies, and that works', () => {
      const bundle = join(bundles(), 'serve-image');
      const program = `
      import { createRequire } from 'node:module';
      const sharp = createRequire(${JSON.stringify(pathToFileURL(join(bundle, 'index.mjs')).href)})('sharp');
      const { info } = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } })
        .jpeg().toBuffer({ resolveWithObject: true });
      console.log(info.format, info.width, info.height);`;
      const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
        encoding: 'utf8',
      });
      expect(output.trim()).toBe('jpeg 4 3');
    });

  it('of ingest-upload brings the decoder of HEIC with its licences, and nothing else of its package', () => {
    const files = filesOf(join(bundles(), 'ingest-upload')).filter((file) => file.includes('libheif-js'));
    expect(files.map((file) => file.replace('node_modules/libheif-js/', ''))).toEqual([
      'LICENSE',
      'libheif-wasm/LICENSE',
      'libheif-wasm/libheif.js',
      'libheif-wasm/libheif.wasm',
      'package.json',
    ]);
  });

  it('holds only the AWS clients that its handler asks for', () => {
    const clients = (folder: string) => {
      const { sources } = JSON.parse(readFileSync(join(bundles(), folder, 'index.mjs.map'), 'utf8')) as {
        sources: string[];
      };
      return [
        ...new Set(sources.map((source) => /node_modules\/@aws-sdk\/client-([\w-]+)\//.exec(source)?.[1])),
      ]
        .filter((name) => name !== undefined)
        .sort();
    };
    // A small client takes the SDK's place: adapters/s3/read-only-s3.ts.
    expect(clients('serve-image')).toEqual([]);
    // The document client's class stays in every bundle that could have asked for it: 30 kB.
    expect(clients('send-invalidations')).toEqual(['cloudfront', 'dynamodb']);
    expect(clients('begin-job')).toEqual(['dynamodb', 'eventbridge', 's3', 'sqs']);
  });

  it('is the same bytes when it is made again, elsewhere, by another process', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'infra/app.ts'],
      {
        env: { PATH: process.env.PATH, HOME: again, CDK_OUTDIR: join(again, 'cdk.out') },
        encoding: 'utf8',
      },
    );
    expect(status, stderr).toBe(0);
    for (const folder of folders)
      expect(digestOf(join(again, 'cdk.out', 'bundles', folder)), folder).toBe(
        digestOf(join(bundles(), folder)),
      );
    const assets = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('asset.'));
    expect(assets(join(again, 'cdk.out'))).toEqual(assets(sharedSynthesis().folder));
  });

  it('is refused where a handler uses sharp without saying so', () => {
    expect(() => bundleFunction('serve-image', again, { sharp: false })).toThrow(
      'functions/serve-image uses sharp: set "sharp: true" where its construct is made.',
    );
    expect(() => bundleFunction('begin-job', again, { sharp: true })).toThrow(
      'functions/begin-job does not use sharp',
    );
  });
});

it('the sizes of all bundles are', () => {
  const sizes = folders.map((folder) => {
    const code = codeBytes(folder);
    return `${folder.padEnd(16)} ${String(Math.round(code / 1000)).padStart(5)} kB code ${(bytesOf(join(bundles(), folder)) / 1e6).toFixed(1).padStart(6)} MB in all`;
  });
  console.log(sizes.join('\n'));
  expect(sizes).toHaveLength(folders.length);
});
