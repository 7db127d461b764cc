/**
 * Documents as the edge delivers them, in a browser: the hostile ones of uploads, which uploads refuse, must do nothing
 * even if one got through. The server applies the function finish-file as it is deployed.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import PdfDocument from 'pdfkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { finishFile } from '../support/finish-file.ts';
import { svgDocuments, xmlDocuments } from '../support/hostile-documents.ts';

/** What the server delivers at /<number>. */
const documents: { readonly type: string; readonly body: string | Buffer; readonly finished: boolean }[] = [];

let server: Server;
let browser: Browser;
let address: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const found = documents[Number(request.url?.slice(1) || Number.NaN)];
    if (!found) return response.writeHead(404).end();
    const sent = { 'content-type': found.type };
    const headers = found.finished ? finishFile(sent) : sent;
    return response.writeHead(200, headers).end(found.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

interface Seen {
  /** Addresses that the page asked for, besides its own. */
  readonly requests: readonly string[];
  readonly ran: boolean;
}

/** Opens a document, lets it finish, and presses all its links and buttons if it may not have any. */
async function open(type: string, body: string, finished: boolean, press = true): Promise<Seen> {
  const path = `/${documents.push({ type, body, finished }) - 1}`;
  const page = await browser.newPage();
  try {
    const requests: string[] = [];
    // Nothing leaves the machine: what the page asks of other hosts is noted and refused.
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (url === address + path) return route.continue();
      if (!url.startsWith('data:') && !url.endsWith('/favicon.ico')) requests.push(url);
      return route.abort();
    });
    await page.goto(address + path, { waitUntil: 'load' });
    if (press) await page.evaluate(pressEverything);
    return { requests, ran: await page.evaluate<boolean>('window.ran === true') };
  } finally {
    await page.close();
  }
}

// As a text: the code runs in the page, whose names this project's types do not have.
const pressEverything = `for (const element of document.querySelectorAll('a, button, input, mtext, math')) {
  element.dispatchEvent(new MouseEvent('click', { bubbles: true }));
}`;

/** Those that take a browser's memory or time: nothing of them is a matter of headers. */
const isBomb = (name: string) => /levels|chain|too often/.test(name);

describe('a delivered document', () => {
  it.each([
    ...svgDocuments
      .filter(({ name }) => !isBomb(name))
      .map((sample) => ({ ...sample, type: 'image/svg+xml' })),
    ...xmlDocuments.map((sample) => ({ ...sample, type: 'application/xml' })),
  ])('runs and loads nothing: $type with $name', async ({ type, content, refused }) => {
    expect(await open(type, content, true, refused !== undefined)).toEqual({ requests: [], ran: false });
  });

  it('without the policy would do both, so the test can see it', async () => {
    const script = svgDocuments.find(({ name }) => name === 'a script')?.content ?? '';
    expect((await open('image/svg+xml', script, false)).ran).toBe(true);
    const style = svgDocuments.find(({ name }) => name.startsWith('an import after'))?.content ?? '';
    expect((await open('image/svg+xml', style, false)).requests).toEqual(['http://x.example/a.css']);
  });

  it('of HTML runs its scripts in an origin of its own', async () => {
    const page = await browser.newPage();
    const html =
      '<!doctype html><script>try{document.cookie="a=1";window.saw=document.cookie}catch(e){window.saw=e.name}window.own=origin</script>';
    const path = `/${documents.push({ type: 'text/html; charset=utf-8', body: html, finished: true }) - 1}`;
    await page.goto(address + path);
    expect(await page.evaluate('[window.saw, window.own]')).toEqual(['SecurityError', 'null']);
    await page.close();
  });

  it('of PDF opens in the browser’s viewer', async () => {
    const pdf = new PdfDocument();
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.text('A price list');
    pdf.end();
    await once(pdf, 'end');
    const path = `/${documents.push({ type: 'application/pdf', body: Buffer.concat(chunks), finished: true }) - 1}`;
    const page = await browser.newPage();
    await page.goto(address + path);
    await expect
      .poll(() => page.frames().map((frame) => frame.url()), { timeout: 20_000 })
      .toContainEqual(expect.stringMatching(/^chrome-extension:/));
    await page.close();
  });
});
