#!/usr/bin/env node
// Committed, so that npm can link it before the bundle exists. The bundle is made by `prepare`; inside the repository it is made
// again when a source is newer, for example after git pull.
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// On a machine with much memory, V8 lets garbage grow for long: 300 MB for an upload of 10,000 small files that needs 15.
// These limit how far the heap grows before it is collected; the price is a tenth more CPU.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=30');

const bundle = new URL('../dist/pressroom.mjs', import.meta.url);

/** Milliseconds since 1970; 0 where it does not exist. */
function changedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSource() {
  const folders = ['../src/', '../mcp/', '../../client/src/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const files = folders
    .filter((folder) => changedAt(folder) > 0)
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => folder + name));
  return Math.max(0, ...files.map(changedAt));
}

async function start() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Error(`pressroom needs Node.js 20 or later; this is ${process.version}.`);
  const built = changedAt(bundle);
  if (newestSource() > built || built === 0) {
    try {
      await import('../build.mjs');
    } catch (error) {
      if (built === 0)
        throw new Error('pressroom is not built yet: run npm install in its repository.', { cause: error });
    }
  }
}

try {
  await start();
  await import(bundle.href);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
