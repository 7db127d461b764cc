/** A delivery domain with published media, and pages of another origin that embed viewers under a strict policy. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildViewers } from '@pressroom/viewers/build-viewers';
import sharp from 'sharp';

export interface SampleImage {
  readonly width: number;
  readonly height: number;
  /** Colours of the quarters: upper left, upper right, lower left, lower right. A single one fills the image. */
  readonly colours: readonly [string, string, string, string] | readonly [string];
  /** An SVG document of the same size, on the colours. */
  readonly drawing?: string;
  /** Written in the middle. */
  readonly text?: string;
}

export interface ViewerSite {
  /** Origin of the delivery domain. */
  readonly delivery: string;
  /** Origin of the pages. */
  readonly pages: string;
  /** Images of the company `luma` by id. */
  readonly images: Map<string, SampleImage>;
  /** Responses of `req=set,json2`, and JSON files below /is/content/luma/, by id. */
  readonly documents: Map<string, unknown>;
  /** Files below /e2/luma/ by id. */
  readonly files: Map<string, { readonly type: string; readonly content: Buffer }>;
  /** Paths that were asked of the delivery domain, with their queries. */
  readonly requests: string[];
  /** Address of the folder of the modules. */
  readonly modules: string;
  /** Adds a page. @param body HTML without scripts. @returns its address */
  page(body: string, viewers: readonly string[]): string;
  /** Adds a file to the origin of the pages. @param path with a slash at its beginning */
  serve(path: string, headers: Readonly<Record<string, string>>, content: string): void;
  close(): void;
}

const html = 'text/html; charset=utf-8';

export async function openViewerSite(): Promise<ViewerSite> {
  const { version, files: modules } = await buildViewers();
  const files: ViewerSite['files'] = new Map();
  const images = new Map<string, SampleImage>();
  const documents = new Map<string, unknown>();
  const pages = new Map<
    string,
    { readonly headers: Readonly<Record<string, string>>; readonly content: string }
  >();
  const requests: string[] = [];
  const drawn = new Map<string, Promise<Buffer>>();

  const deliveryServer = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://cdn');
    requests.push(url.pathname + url.search);
    const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };
    const [, kind, file = ''] =
      /^\/(viewers\/[\d.]+|is\/image\/luma|is\/content\/luma|e2\/luma)\/(.+)$/.exec(url.pathname) ?? [];
    const module = kind === `viewers/${version}` ? modules.get(file) : undefined;
    if (module) return response.writeHead(200, { ...headers, 'content-type': 'text/javascript' }).end(module);
    const stored = kind === 'e2/luma' ? files.get(file) : undefined;
    if (stored)
      return response.writeHead(200, { ...headers, 'content-type': stored.type }).end(stored.content);
    const image = images.get(file);
    if (kind === 'is/image/luma' && image && !url.searchParams.has('req')) {
      void draw(file, image, url.searchParams).then((png) =>
        response.writeHead(200, { ...headers, 'content-type': 'image/png' }).end(png),
      );
      return undefined;
    }
    const document =
      documents.get(file) ??
      (image && { id: file, type: 'image', url: `/is/image/luma/${file}`, ...sizeOf(image) });
    if (document === undefined) return response.writeHead(404, headers).end('{}');
    return response
      .writeHead(200, { ...headers, 'content-type': 'application/json' })
      .end(JSON.stringify(document));
  });

  function draw(id: string, image: SampleImage, query: URLSearchParams): Promise<Buffer> {
    const key = `${id}?${query}`;
    const known = drawn.get(key);
    if (known) return known;
    const { width, height, colours } = image;
    const [first, second = first, third = first, fourth = first] = colours;
    const quarter = (x: number, y: number, colour: string) =>
      `<rect x="${(x * width) / 2}" y="${(y * height) / 2}" width="${width / 2}" height="${height / 2}" fill="${colour}"/>`;
    const [x = 0, y = 0, wide = width, high = height] = query.get('rgn')?.split(',').map(Number) ?? [];
    const wid = Number(query.get('wid') ?? wide);
    const written =
      image.text === undefined
        ? ''
        : `<text x="${width / 2}" y="${height / 2}" font-size="${height / 3}" font-family="sans-serif" fill="#fff" text-anchor="middle" dominant-baseline="central">${image.text}</text>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${wide} ${high}" width="${wid}" height="${Math.round((wid * high) / wide)}">${quarter(0, 0, first)}${quarter(1, 0, second)}${quarter(0, 1, third)}${quarter(1, 1, fourth)}${image.drawing ?? ''}${written}</svg>`;
    const png = sharp(Buffer.from(svg)).png({ compressionLevel: 1 }).toBuffer();
    drawn.set(key, png);
    return png;
  }

  const pageServer = createServer((request, response) => {
    const found = pages.get(request.url ?? '/');
    if (!found) return response.writeHead(404).end();
    return response.writeHead(200, found.headers).end(found.content);
  });
  for (const server of [deliveryServer, pageServer]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  return {
    get delivery() {
      return origin(deliveryServer);
    },
    get pages() {
      return origin(pageServer);
    },
    images,
    documents,
    files,
    requests,
    get modules() {
      return `${origin(deliveryServer)}/viewers/${version}/`;
    },
    page(body, viewers) {
      const cdn = origin(deliveryServer);
      const policy = `default-src 'none'; script-src ${cdn}; img-src ${cdn}; media-src ${cdn}; connect-src ${cdn}; base-uri 'none'; require-trusted-types-for 'script'`;
      const scripts = viewers
        .map((name) => `<script type="module" src="${cdn}/viewers/${version}/${name}.js"></script>`)
        .join('');
      const content = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Viewers</title>${scripts}<main><h1>Viewers</h1>${body}</main></html>`;
      const path = `/${pages.size}`;
      pages.set(path, { headers: { 'content-type': html, 'content-security-policy': policy }, content });
      return origin(pageServer) + path;
    },
    serve(path, headers, content) {
      pages.set(path, { headers, content });
    },
    close() {
      for (const server of [deliveryServer, pageServer]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sizeOf({ width, height }: SampleImage) {
  return { width, height };
}
