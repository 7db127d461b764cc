/** The gallery of `npm start` in a browser, in front of an edge that responds to every command. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { galleryExamples, galleryPage } from '../../local/gallery-page.ts';
import { launchChromium } from '../support/chromium.ts';

const refusal = { detail: 'wid: pixels is "wide"; it must be a whole number from 1 to 5000' };

let server: Server;
let browser: Browser;
let page: Page;
let address: string;
const problems: string[] = [];

beforeAll(async () => {
  const picture = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#c8161f' } })
    .png()
    .toBuffer();
  server = createServer((request, response) => {
    const headers = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };
    if (request.url === '/') {
      const texts = new Map([['req=imageprops,json', '{"image.width": "<1200>"}']]);
      const gallery = { company: 'luma', id: 'red-shoe', origin: address, texts };
      return response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(galleryPage(gallery));
    }
    if (!request.url?.startsWith('/is/image/luma/red-shoe?')) return response.writeHead(204).end();
    if (request.url.includes('wid=wide'))
      return response
        .writeHead(400, { ...headers, 'content-type': 'application/problem+json' })
        .end(JSON.stringify(refusal));
    return response.writeHead(200, { ...headers, 'content-type': 'image/png' }).end(picture);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await launchChromium();
});

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  problems.length = 0;
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(address);
});

afterEach(() => page.close());

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe('the gallery', () => {
  it('has a card for every command, with the picture at its address, and fits a telephone', async () => {
    expect(await page.locator('article').count()).toBe(galleryExamples.length);
    const address = await page.locator('#crop a').getAttribute('href');
    expect(address).toMatch(/\/is\/image\/luma\/red-shoe\?crop=/);
    expect(await page.locator('#crop img').getAttribute('src')).toBe(address);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
    expect(problems).toEqual([]);
  });

  it('shows a response that is no picture as text', async () => {
    expect(await page.locator('#req pre').textContent()).toBe('{"image.width": "<1200>"}');
  });

  it("makes the picture of one's own commands, and says why a command is refused", async () => {
    const outcome = page.locator('#outcome');
    await page.getByLabel('Commands of your own').fill('wid=30');
    await outcome.getByText('image/png, 30 × 20').waitFor();
    await page.getByLabel('Commands of your own').fill('wid=wide');
    await outcome.getByText(`400: ${refusal.detail}`).waitFor();
    await page.getByLabel('Commands of your own').fill('wid=20');
    await outcome.getByText('image/png, 30 × 20').waitFor();
    expect(await page.locator('#result').getAttribute('href')).toMatch(/\?wid=20$/);
    expect(problems).toEqual([]);
  });
});
