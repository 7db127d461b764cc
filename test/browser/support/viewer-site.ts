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
  /** Paths that were asked of the delivery domain, with their queries. */
  readonly requests: string[];
  /** Adds a page. @param body HTML without scripts. @returns its address */
  page(body: string, viewers: readonly string[]): string;
  close(): void;
}

export async function openViewerSite(): Promise<ViewerSite> {
  const { version, files } = await buildViewers();
  const images = new Map<string, SampleImage>();
  const documents = new Map<string, unknown>();
  const bodies: string[] = [];
  const requests: string[] = [];
  const drawn = new Map<string, Promise<Buffer>>();

  const deliveryServer = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://cdn');
    requests.push(url.pathname + url.search);
    const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };
    const [, kind, file = ''] =
      /^\/(viewers\/[\d.]+|is\/image\/luma|is\/content\/luma|e2\/luma)\/(.+)$/.exec(url.pathname) ?? [];
    const module = kind === `viewers/${version}` ? files.get(file) : undefined;
    if (module) return response.writeHead(200, { ...headers, 'content-type': 'text/javascript' }).end(module);
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
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${wide} ${high}" width="${wid}" height="${Math.round((wid * high) / wide)}">${quarter(0, 0, first)}${quarter(1, 0, second)}${quarter(0, 1, third)}${quarter(1, 1, fourth)}</svg>`;
    const png = sharp(Buffer.from(svg)).png({ compressionLevel: 1 }).toBuffer();
    drawn.set(key, png);
    return png;
  }

  const pageServer = createServer((request, response) => {
    const body = bodies[Number(request.url?.slice(1))];
    if (body === undefined) return response.writeHead(404).end();
    const cdn = origin(deliveryServer);
    const policy = `default-src 'none'; script-src ${cdn}; img-src ${cdn}; media-src ${cdn}; connect-src ${cdn}; base-uri 'none'; require-trusted-types-for 'script'`;
    return response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy })
      .end(body);
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
    requests,
    page(body, viewers) {
      const scripts = viewers
        .map(
          (name) =>
            `<script type="module" src="${origin(deliveryServer)}/viewers/${version}/${name}.js"></script>`,
        )
        .join('');
      const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Viewers</title>${scripts}<main><h1>Viewers</h1>${body}</main></html>`;
      return `${origin(pageServer)}/${bodies.push(html) - 1}`;
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
