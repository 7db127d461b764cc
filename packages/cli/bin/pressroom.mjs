#!/usr/bin/env node
// Committed, so that npm can link it before the bundle exists: the bundle is made by `prepare`.
import { existsSync } from 'node:fs';

const bundle = new URL('../dist/pressroom.mjs', import.meta.url);
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`pressroom needs Node.js 20 or later; this is ${process.version}.`);
  process.exitCode = 1;
} else if (!existsSync(bundle)) {
  console.error('pressroom is not built yet: run npm install in its repository.');
  process.exitCode = 1;
} else {
  await import(bundle.href);
}
