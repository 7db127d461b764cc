/**
 * Writes the pictures of docs/image-commands.md: the example of each command, as the edge of the running local cloud delivers
 * it. `npm start` in one terminal, `node scripts/write-command-pictures.ts` in another. Look at them before you commit.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { readEndpoints } from '../local/endpoints.ts';
import { galleryExamples, galleryPicture } from '../local/gallery-page.ts';

const docs = new URL('../docs/', import.meta.url);
const folder = fileURLToPath(new URL('image-commands/', docs));

/** Longest sides in pixels: larger than they are shown, for sharp screens. */
const box = { width: 480, height: 320, fit: 'inside', withoutEnlargement: true } as const;

const endpoints = readEndpoints();
if (!endpoints) throw new Error('The local cloud does not run: start it by npm start');
mkdirSync(folder, { recursive: true });
for (const { command, query } of galleryExamples) {
  const address = `${endpoints['delivery-plain']}/is/image/${endpoints.company}/${galleryPicture}?${query}`;
  const response = await fetch(address);
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${address}: ${response.status} ${body.toString('utf8')}`);
  if (!response.headers.get('content-type')?.startsWith('image/')) continue;
  writeFileSync(
    `${folder}${command}.webp`,
    await sharp(body).resize(box).webp({ quality: 80, effort: 6 }).toBuffer(),
  );
}
console.log(`${galleryExamples.length} commands: ${folder}`);
