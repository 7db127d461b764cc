import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { inParallel } from '../../domain/in-parallel.ts';
import { pixelFont } from '../../samples/pixel-font.ts';
import { drawRedShoe } from '../../samples/red-shoe.ts';
import { galleryExamples, galleryPage, galleryPicture } from '../gallery-page.ts';
import { expectStatus, followJob } from './follow-job.ts';
import type { DemoParts } from './main-job-steps.ts';
import type { Step } from './step.ts';
import { uploadSamples } from './upload-samples.ts';

export interface GalleryResult {
  /** Address of the page. */
  address?: string;
}

const picturesAtATime = 4;

/** The same picture without its background. */
const cutoutId = 'red-shoe-cutout';

/** The font of the texts. */
const fontId = 'pixel-font';

/**
 * A page with every image command and its picture, on a small server on this machine. The steps fill in `result`.
 * @param delivery address of the edge over HTTP/2; `plain`: the same without TLS, for browsers
 */
export function gallerySteps(
  { admin, deliver }: Pick<DemoParts, 'admin' | 'deliver'>,
  { company, delivery, plain }: { company: string; delivery: string; plain: string },
): {
  steps: Step[];
  result: GalleryResult;
  /** Closes the server. */
  stop(): Promise<void>;
} {
  const result: GalleryResult = {};
  let server: Server | undefined;
  const pathOf = (query: string) => `/is/image/${company}/${galleryPicture}?${query}`;

  const steps: Step[] = [
    {
      title: 'Publish the picture of the gallery',
      async work(report) {
        const files = [
          {
            name: `${galleryPicture}.jpg`,
            contentType: 'image/jpeg',
            bytes: await draw(true).jpeg({ quality: 92 }).toBuffer(),
          },
          { name: `${cutoutId}.png`, contentType: 'image/png', bytes: await draw(false).png().toBuffer() },
          { name: `${fontId}.ttf`, contentType: 'font/ttf', bytes: pixelFont() },
        ];
        const { job } = await uploadSamples(
          admin,
          files,
          { folder: '/gallery/', name: 'Gallery', publishAfterUploading: true },
          report,
        );
        expectStatus(await followJob(admin, job.id, report), 'succeeded');
        report(`${galleryPicture}, ${cutoutId}, ${fontId}`);
      },
    },
    {
      title: 'Make a picture with every image command',
      async work(report) {
        let done = 0;
        const texts = new Map<string, string>();
        const total = galleryExamples.length;
        await inParallel(galleryExamples, picturesAtATime, async ({ query }) => {
          const { status, body, headers } = await deliver(`${delivery}${pathOf(query)}`);
          if (status !== 200) throw new Error(`${pathOf(query)}: ${status} ${body.toString('utf8')}`);
          if (!headers['content-type']?.startsWith('image/')) texts.set(query, body.toString('utf8'));
          done += 1;
          report('pictures', { done, total });
        });
        const page = galleryPage({ company, id: galleryPicture, origin: plain, texts });
        server = createServer((_, response) => {
          response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
          response.end(page);
        }).listen(0, '127.0.0.1');
        await new Promise((resolve) => server?.once('listening', resolve));
        result.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        report(`${total} pictures: ${result.address}`);
      },
    },
  ];
  return {
    steps,
    result,
    async stop() {
      server?.closeAllConnections();
      await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    },
  };
}

function draw(backdrop: boolean) {
  return sharp(Buffer.from(drawRedShoe({ backdrop })));
}
