import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from '@pressroom/client/api-error';
import type { OperationBody } from '@pressroom/client/create-client';
import sharp from 'sharp';
import { inParallel } from '../../domain/in-parallel.ts';
import { makeFilm, type Sample } from '../../samples/make-samples.ts';
import { pixelFont } from '../../samples/pixel-font.ts';
import { drawRedShoe } from '../../samples/red-shoe.ts';
import { drawScene } from '../../samples/scene.ts';
import { drawVase } from '../../samples/vase.ts';
import { galleryExamples, galleryPage, galleryPicture } from '../gallery-page.ts';
import { viewerExamples, viewersPage, viewersPolicy, viewersStyle } from '../viewers-page.ts';
import { expectStatus, followJob } from './follow-job.ts';
import type { DemoParts } from './main-job-steps.ts';
import type { Step } from './step.ts';
import { uploadSamples } from './upload-samples.ts';

export interface GalleryResult {
  /** Address of the page with every image command. */
  address?: string;
  /** Address of the page with every viewer. */
  viewersAddress?: string;
}

/** Views of a round, and the degrees from which each row looks down. */
const viewsOfRound = 18;
const tilts = [32, 8];

/** Pages of the catalogue. */
const plates = 6;

const picturesAtATime = 4;

/** The same picture without its background. */
const cutoutId = 'red-shoe-cutout';

/** The font of the texts. */
const fontId = 'pixel-font';

/**
 * A page with every image command and its picture, and one with every viewer, on a small server on this machine. The steps fill in
 * `result`.
 * @param delivery address of the edge over HTTP/2; `plain`: the same without TLS, for browsers; `viewers`: address of the viewers'
 *   folder
 */
export function gallerySteps(
  { admin, deliver }: Pick<DemoParts, 'admin' | 'deliver'>,
  {
    company,
    delivery,
    plain,
    viewers,
  }: { company: string; delivery: string; plain: string; viewers: string },
): {
  steps: Step[];
  result: GalleryResult;
  /** Closes the server. */
  stop(): Promise<void>;
} {
  const result: GalleryResult = {};
  let server: Server | undefined;
  const pathOf = (query: string) => `/is/image/${company}/${galleryPicture}?${query}`;

  /** From the second start on, the set is there. */
  async function makeSet(
    type: OperationBody<'createSet'>['type'],
    id: string,
    members: OperationBody<'createSet'>['members'],
  ): Promise<void> {
    try {
      await admin.call('createSet', { body: { type, id, folder: '/gallery/viewers/', members } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
    }
  }

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
      title: 'Publish a spin, a catalogue and other sets for the viewers',
      async work(report) {
        const views = tilts.flatMap((tilt, row) =>
          Array.from({ length: viewsOfRound }, (_, view) => ({
            id: `gallery-vase-${row}-${view}`,
            row,
            view,
            tilt,
          })),
        );
        const vases = await Promise.all(
          views.map(({ id, view, tilt }) => jpegOf(`${id}.jpg`, drawVase(-view / viewsOfRound, tilt))),
        );
        const pages = await Promise.all(
          platesOf((number) =>
            jpegOf(
              `gallery-plate-${number}.jpg`,
              drawScene({ title: `Plate ${number}`, seed: number * 7, width: 1_200, height: 1_600 }),
            ),
          ),
        );
        const film = { name: 'gallery-film.mp4', contentType: 'video/mp4', bytes: await makeFilm() };
        const { job } = await uploadSamples(
          admin,
          [...vases, ...pages, film],
          { folder: '/gallery/viewers/', name: 'Viewers', publishAfterUploading: true },
          report,
        );
        expectStatus(await followJob(admin, job.id, report), 'succeeded');
        await makeSet(
          'spin-set',
          'gallery-spin',
          views.map(({ id, row }) => ({ id, row })),
        );
        await makeSet(
          'ecatalog',
          'gallery-catalogue',
          platesOf((number) => ({ id: `gallery-plate-${number}` })),
        );
        await makeSet('image-set', 'gallery-images', [
          { id: galleryPicture, label: 'The shoe', swatch: { color: 'c8161f', label: 'Red' } },
          { id: cutoutId, label: 'Without background' },
          { id: 'gallery-plate-2', label: 'The hills' },
        ]);
        await makeSet('mixed-media-set', 'gallery-mixed', [
          { id: galleryPicture, label: 'The shoe' },
          { id: 'gallery-spin', label: 'The vase, to turn' },
          { id: 'gallery-film', label: 'A day in the hills' },
        ]);
        report(`${views.length} views, ${plates} pages, 4 sets`);
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
        const html = 'text/html; charset=utf-8';
        server = createServer(({ url }, response) => {
          if (url === '/viewers.css')
            return response.writeHead(200, { 'content-type': 'text/css' }).end(viewersStyle);
          if (url !== '/viewers') return response.writeHead(200, { 'content-type': html }).end(page);
          return response
            .writeHead(200, { 'content-type': html, 'content-security-policy': viewersPolicy(plain) })
            .end(viewersPage(viewerExamples(company), viewers, '/viewers.css'));
        }).listen(0, '127.0.0.1');
        await new Promise((resolve) => server?.once('listening', resolve));
        result.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        result.viewersAddress = `${result.address}viewers`;
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

function platesOf<T>(make: (number: number) => T): T[] {
  return Array.from({ length: plates }, (_, index) => make(index + 1));
}

async function jpegOf(name: string, svg: string): Promise<Sample> {
  const bytes = await sharp(Buffer.from(svg)).flatten().jpeg({ quality: 86 }).toBuffer();
  return { name, contentType: 'image/jpeg', bytes };
}
