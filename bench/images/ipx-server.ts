/** The process of ipx. It is loaded from the folder where the bench installed it, with the sharp that it brings. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type sharpOfProject from 'sharp';
import { ipxSettings } from './comparison.ts';
import { serveImages } from './image-server.ts';

const installed = process.env.IPX ?? '';
const require = createRequire(join(installed, 'node_modules', 'ipx', 'package.json'));
const sharp = require('sharp') as typeof sharpOfProject;

interface Ipx {
  createIPX(
    options: object,
  ): (
    id: string,
    modifiers: Readonly<Record<string, string>>,
  ) => { process(): Promise<{ data: Uint8Array }> };
  ipxFSStorage(options: { readonly dir: string }): unknown;
}

const { createIPX, ipxFSStorage } = (await import(
  pathToFileURL(join(installed, 'node_modules', 'ipx', 'dist', 'index.mjs')).href
)) as Ipx;
const ipx = createIPX({
  storage: ipxFSStorage({ dir: process.env.PHOTOS ?? '' }),
  sharpOptions: ipxSettings.sharpOptions,
});

serveImages({
  async make({ file, command }) {
    return (await ipx(file, modifiersOf(command)).process()).data;
  },
  encode: async ({ file, format, quality }) => sharp(file).toFormat(format, { quality }).toBuffer(),
});

/** `w_400,f_jpeg` as in the path of an ipx URL. */
function modifiersOf(command: string): Record<string, string> {
  return Object.fromEntries(
    command.split(',').map((modifier) => {
      const [name = '', ...value] = modifier.split('_');
      return [name, value.join('_')];
    }),
  );
}
