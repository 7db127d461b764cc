/**
 * The viewers in Chromium, on pages of another origin whose content security policy has no exception, with the delivery's
 * responses. Each gesture changes a frame or a pixel that the test reads.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { viewerExamples, viewersPage, viewersPolicy, viewersStyle } from '../../local/viewers-page.ts';
import { makeFilm } from '../../samples/make-samples.ts';
import { drawRedShoe } from '../../samples/red-shoe.ts';
import { drawScene } from '../../samples/scene.ts';
import { drawVase } from '../../samples/vase.ts';
import { launchChromium } from '../support/chromium.ts';
import { openViewerSite, type ViewerSite } from './support/viewer-site.ts';

const screenshots = join(import.meta.dirname, '..', '..', '.local', 'viewers');

let site: ViewerSite;
let browser: Browser;
const contexts: BrowserContext[] = [];
const problems: string[] = [];

/** Twelve views, each of another gray: 20, 40, 60 and so on. */
const grayOf = (frame: number) => 20 * (frame + 1);

beforeAll(async () => {
  site = await openViewerSite();
  site.images.set('quarters', {
    width: 4_000,
    height: 3_000,
    colours: ['#c80000', '#00c800', '#0000c8', '#c8c800'],
  });
  for (const row of [0, 1])
    for (let frame = 0; frame < 12; frame++) {
      const gray = grayOf(frame);
      site.images.set(`spin-${row}-${frame}`, {
        width: 800,
        height: 600,
        colours: [row === 0 ? `rgb(${gray},${gray},${gray})` : `rgb(${gray},0,0)`],
      });
    }
  const member = (row: number, frame: number, hasRow: boolean) => ({
    id: `spin-${row}-${frame}`,
    type: 'image',
    url: `/is/image/luma/spin-${row}-${frame}?id=3`,
    width: 800,
    height: 600,
    ...(hasRow && { row }),
  });
  const frames = Array.from({ length: 12 }, (_, frame) => frame);
  site.documents.set('spin', {
    id: 'spin',
    type: 'spin-set',
    items: frames.map((frame) => member(0, frame, false)),
  });
  site.documents.set('globe', {
    id: 'globe',
    type: 'spin-set',
    items: [0, 1].flatMap((row) => frames.map((frame) => member(row, frame, true))),
  });
  const colours = ['#a01818', '#18a018', '#1818a0', '#a0a018', '#18a0a0', '#a018a0'];
  for (const [index, colour] of colours.entries()) {
    const number = index + 1;
    site.images.set(`page-${number}`, { width: 900, height: 1_200, colours: [colour], text: String(number) });
    site.images.set(`view-${number}`, {
      width: 1_600,
      height: 1_200,
      colours: [colour],
      text: String(number),
    });
  }
  const imagesOf = (name: string, width: number) =>
    colours.map((_, index) => ({
      id: `${name}-${index + 1}`,
      type: 'image',
      url: `/is/image/luma/${name}-${index + 1}?id=1`,
      width,
      height: 1_200,
    }));
  site.documents.set('catalogue', { id: 'catalogue', type: 'ecatalog', items: imagesOf('page', 900) });
  const views = imagesOf('view', 1_600);
  site.documents.set('views', {
    id: 'views',
    type: 'image-set',
    items: [
      { ...views[0], label: 'Front' },
      { ...views[1], swatch: { color: '00ff80', label: 'Mint' } },
      ...views.slice(2),
    ],
  });
  site.documents.set('mixed', {
    id: 'mixed',
    type: 'mixed-media-set',
    items: [
      views[0],
      {
        id: 'spin',
        type: 'spin-set',
        label: 'Turn it',
        items: (site.documents.get('spin') as { items: object[] }).items,
      },
      { id: 'film', type: 'video', url: '/e2/luma/film?id=2', width: 640, height: 360, label: 'Film' },
    ],
  });
  site.documents.set('film', {
    id: 'film',
    type: 'video',
    url: '/e2/luma/film?id=2',
    width: 640,
    height: 360,
    items: [],
  });
  site.files.set('film', { type: 'video/mp4', content: await makeFilm() });
  site.files.set('film-en', {
    type: 'text/vtt',
    content: Buffer.from('WEBVTT\n\n00:00.000 --> 00:05.000\nA red shoe\n'),
  });
  browser = await launchChromium();
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(problems.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

interface Options {
  readonly width?: number;
  readonly hasTouch?: boolean;
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly forcedColors?: 'active' | 'none';
}

/** Opens a page with viewers. An error, or a breach of the page's policy, fails the test. */
function open(body: string, viewers: readonly string[], options: Options = {}): Promise<Page> {
  return openAddress(site.page(body, viewers), options);
}

async function openAddress(address: string, options: Options): Promise<Page> {
  const { width = 800, ...others } = options;
  const context = await browser.newContext({ viewport: { width, height: 700 }, ...others });
  contexts.push(context);
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico'))
      problems.push(message.text());
  });
  context.on('weberror', (error) => problems.push(error.error().message));
  const page = await context.newPage();
  await page.addInitScript(`window.seen = [];
    for (const name of ['ready', 'error', 'zoom', 'frame', 'play', 'pause', 'select', 'page'])
      addEventListener('viewer-' + name, (event) => window.seen.push([name, event.detail]));`);
  await page.goto(address);
  return page;
}

const read = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;

/** The colour in the middle of an element, or at a share of its width and height. */
async function colourAt(page: Page, selector: string, across = 0.5, down = 0.5): Promise<number[]> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not visible`);
  const clip = {
    x: Math.round(box.x + box.width * across),
    y: Math.round(box.y + box.height * down),
    width: 1,
    height: 1,
  };
  const { data } = await sharp(await page.screenshot({ clip }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

async function drag(
  page: Page,
  selector: string,
  from: readonly [number, number],
  to: readonly [number, number],
) {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not visible`);
  const at = ([across, down]: readonly [number, number]) =>
    [box.x + box.width * across, box.y + box.height * down] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 8 });
  return { release: () => page.mouse.up() };
}

/** Two fingers around the middle of an element, apart from one distance to another. */
async function pinch(page: Page, selector: string, from: number, to: number): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not visible`);
  const session: CDPSession = await page.context().newCDPSession(page);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const touches = (distance: number) => [
    { x: x - distance / 2, y, id: 1 },
    { x: x + distance / 2, y, id: 2 },
  ];
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: touches(from) });
  for (let step = 1; step <= 5; step++)
    await session.send('Input.dispatchTouchEvent', {
      type: 'touchMove',
      touchPoints: touches(from + ((to - from) * step) / 5),
    });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

async function expectAccessible(page: Page): Promise<void> {
  // The policy of the page refuses scripts of others: axe runs in a world of its own.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  });
  const run = (expression: string) =>
    session.send('Runtime.evaluate', {
      expression,
      contextId: executionContextId,
      awaitPromise: true,
      returnByValue: true,
    });
  await run(axe.source);
  const { result } = await run(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
  );
  expect(result.value).toEqual([]);
}

async function look(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

const ready = (page: Page, selector: string) => page.locator(`${selector} img`).first().waitFor();

describe('the zoom viewer', () => {
  const zoom = '<pressroom-zoom asset="luma/quarters"></pressroom-zoom>';
  const scale = (page: Page) => read<number>(page, 'document.querySelector("pressroom-zoom").scale');

  it('zooms with keys, moves with arrows, and goes back', async () => {
    const page = await open(zoom, ['zoom']);
    await ready(page, 'pressroom-zoom');
    await expect.poll(() => colourAt(page, 'pressroom-zoom', 0.4, 0.4)).toEqual([200, 0, 0]);
    await page.locator('pressroom-zoom .stage').focus();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(() => scale(page)).toBe(2.25);
    expect(await read(page, 'window.seen.at(-1)')).toEqual([
      'zoom',
      { viewer: 'pressroom-zoom', asset: 'luma/quarters', scale: 2.25, percent: 44 },
    ]);
    for (let press = 0; press < 12; press++) await page.keyboard.press('ArrowRight');
    await expect.poll(() => colourAt(page, 'pressroom-zoom', 0.4, 0.4)).toEqual([0, 200, 0]);
    await page.keyboard.press('Home');
    await expect.poll(() => scale(page)).toBe(1);
    await expect.poll(() => colourAt(page, 'pressroom-zoom', 0.4, 0.4)).toEqual([200, 0, 0]);
  });

  it('zooms with the wheel where it has the focus, and leaves the wheel to the page before', async () => {
    const page = await open(`${zoom}<p id="end"></p>`, ['zoom']);
    await ready(page, 'pressroom-zoom');
    const box = await page.locator('pressroom-zoom').boundingBox();
    await page.mouse.move(Number(box?.x) + 100, Number(box?.y) + 100);
    await page.mouse.wheel(0, -200);
    expect(await scale(page)).toBe(1);
    await page.mouse.down();
    await page.mouse.up();
    await page.mouse.wheel(0, -200);
    await expect.poll(() => scale(page)).toBeGreaterThan(1.5);
    // The place under the pointer stays: it is in the upper left quarter.
    await page.mouse.wheel(0, -600);
    await expect.poll(() => colourAt(page, 'pressroom-zoom')).toEqual([200, 0, 0]);
  });

  it('zooms where it is tapped twice, is dragged, and shows details in tiles of the image', async () => {
    const page = await open(zoom, ['zoom']);
    await ready(page, 'pressroom-zoom');
    const box = await page.locator('pressroom-zoom').boundingBox();
    await page.mouse.dblclick(
      Number(box?.x) + Number(box?.width) * 0.9,
      Number(box?.y) + Number(box?.height) * 0.9,
    );
    await expect.poll(() => scale(page)).toBe(2.5);
    await expect.poll(() => colourAt(page, 'pressroom-zoom')).toEqual([200, 200, 0]);
    await page.locator('pressroom-zoom .tile').first().waitFor();
    expect(site.requests.filter((path) => path.includes('rgn=')).at(-1)).toMatch(
      /^\/is\/image\/luma\/quarters\?rgn=\d+,\d+,\d+,\d+&wid=\d+&fmt=auto$/,
    );
    const dragged = await drag(page, 'pressroom-zoom .stage', [0.1, 0.1], [0.95, 0.95]);
    await dragged.release();
    await expect.poll(() => colourAt(page, 'pressroom-zoom', 0.1, 0.1)).toEqual([200, 0, 0]);
  });

  it('zooms with two fingers', async () => {
    const page = await open(zoom, ['zoom'], { hasTouch: true, width: 390 });
    await ready(page, 'pressroom-zoom');
    await pinch(page, 'pressroom-zoom .stage', 60, 180);
    await expect.poll(() => scale(page)).toBeCloseTo(3, 1);
    await pinch(page, 'pressroom-zoom .stage', 240, 20);
    await expect.poll(() => scale(page)).toBe(1);
  });

  it('does not animate for people who want reduced motion', async () => {
    const transition =
      'document.querySelector("pressroom-zoom").shadowRoot.querySelector(".sheet").style.transition';
    for (const reducedMotion of ['reduce', 'no-preference'] as const) {
      const page = await open(zoom, ['zoom'], { reducedMotion });
      await ready(page, 'pressroom-zoom');
      await page.getByRole('button', { name: 'Zoom in' }).click();
      expect((await read<string>(page, transition)).includes('transform')).toBe(
        reducedMotion === 'no-preference',
      );
    }
  });

  it('has names for its buttons and its image, and is legible in forced colours', async () => {
    const page = await open(zoom, ['zoom'], { forcedColors: 'active' });
    await ready(page, 'pressroom-zoom');
    expect(await page.getByRole('button').allTextContents()).toHaveLength(3);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByText('29 percent').waitFor();
    await expectAccessible(page);
    await look(page, 'zoom-forced-colours');
  });
});

describe('the spin viewer', () => {
  const spin = '<pressroom-spin asset="luma/spin"></pressroom-spin>';
  const frame = (page: Page) => read<number>(page, 'document.querySelector("pressroom-spin").frame');
  const shows = (page: Page, wanted: number) =>
    expect.poll(() => colourAt(page, 'pressroom-spin')).toEqual([1, 1, 1].map(() => grayOf(wanted)));

  it('rotates as it is dragged: the whole width is a round', async () => {
    const page = await open(spin, ['spin'], { reducedMotion: 'reduce' });
    await ready(page, 'pressroom-spin');
    await shows(page, 0);
    const dragged = await drag(page, 'pressroom-spin .stage', [0.9, 0.5], [0.65, 0.5]);
    await dragged.release();
    expect(await frame(page)).toBe(3);
    await shows(page, 3);
    expect(await read(page, 'window.seen.at(-1)')).toEqual([
      'frame',
      { viewer: 'pressroom-spin', asset: 'luma/spin', frame: 3, row: 0, id: 'spin-0-3' },
    ]);
  });

  it('goes on after a quick drag, but not for people who want reduced motion', async () => {
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      const page = await open(spin, ['spin'], { reducedMotion });
      await ready(page, 'pressroom-spin');
      const dragged = await drag(page, 'pressroom-spin .stage', [0.9, 0.5], [0.6, 0.5]);
      const before = await read<number>(page, 'window.seen.length');
      await dragged.release();
      if (reducedMotion === 'no-preference')
        await expect.poll(() => read<number>(page, 'window.seen.length')).toBeGreaterThan(before);
      else {
        // Several frames of the screen later nothing has moved.
        await read(
          page,
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))',
        );
        expect(await read<number>(page, 'window.seen.length')).toBe(before);
      }
    }
  });

  it('rotates with keys, and says where it is', async () => {
    const page = await open(spin, ['spin']);
    await ready(page, 'pressroom-spin');
    const slider = page.getByRole('slider');
    await slider.press('ArrowRight');
    await slider.press('ArrowRight');
    await shows(page, 2);
    expect(await slider.getAttribute('aria-valuetext')).toBe('View 3 of 12');
    await slider.press('Home');
    await slider.press('ArrowLeft');
    await shows(page, 11);
    await expectAccessible(page);
  });

  it('has rows, which a drag up and keys change', async () => {
    const page = await open('<pressroom-spin asset="luma/globe"></pressroom-spin>', ['spin'], {
      reducedMotion: 'reduce',
    });
    await ready(page, 'pressroom-spin');
    const dragged = await drag(page, 'pressroom-spin .stage', [0.5, 0.9], [0.5, 0.2]);
    await dragged.release();
    await expect.poll(() => colourAt(page, 'pressroom-spin')).toEqual([20, 0, 0]);
    const slider = page.getByRole('slider');
    expect(await slider.getAttribute('aria-valuetext')).toBe('View 1 of 12, row 2 of 2');
    await slider.press('ArrowUp');
    await slider.press('End');
    await shows(page, 11);
  });

  it('plays only if it is asked to, can be stopped, and waits for the button with reduced motion', async () => {
    const playing = '<pressroom-spin asset="luma/spin" autoplay="2"></pressroom-spin>';
    const page = await open(playing, ['spin']);
    await expect.poll(() => frame(page)).toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    const reduced = await open(playing, ['spin'], { reducedMotion: 'reduce' });
    await reduced.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => frame(reduced)).toBeGreaterThan(1);
  });

  it('shows members that are given to it, as a preview of what is not saved', async () => {
    const page = await open('<pressroom-spin></pressroom-spin>', [], {});
    await read(
      page,
      `document.querySelector('pressroom-spin').media = {
      id: 'draft', type: 'spin-set',
      items: [4, 5].map((frame) => ({ id: 'f' + frame, type: 'image', url: '${site.delivery}/is/image/luma/spin-0-' + frame })),
    }`,
    );
    // The module comes after the property was set.
    await read(
      page,
      `import('${site.requests.find((path) => path.endsWith('/spin.js'))?.replace(/^/, site.delivery)}').then(() => 0)`,
    );
    await ready(page, 'pressroom-spin');
    await shows(page, 4);
  });
});

describe('the image set viewer', () => {
  it('shows the member that a swatch chooses, by mouse and keys', async () => {
    const page = await open('<pressroom-image-set asset="luma/views"></pressroom-image-set>', ['image-set']);
    await ready(page, 'pressroom-image-set');
    await expect.poll(() => colourAt(page, 'pressroom-image-set .leaf', 0.1, 0.1)).toEqual([160, 24, 24]);
    await page.getByRole('radio', { name: 'Mint' }).click();
    await expect.poll(() => colourAt(page, 'pressroom-image-set .leaf', 0.1, 0.1)).toEqual([24, 160, 24]);
    expect(await read(page, 'window.seen.at(-1)')).toEqual([
      'select',
      { viewer: 'pressroom-image-set', asset: 'luma/views', index: 1, id: 'view-2' },
    ]);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => colourAt(page, 'pressroom-image-set .leaf', 0.1, 0.1)).toEqual([24, 24, 160]);
    expect(await page.getByRole('radio', { checked: true }).getAttribute('aria-label')).toBe('view-3');
    await expectAccessible(page);
    await look(page, 'image-set');
  });

  it('goes to the other side with the same key where texts run from right to left', async () => {
    const page = await open(
      '<div dir="rtl"><pressroom-image-set asset="luma/views"></pressroom-image-set></div>',
      ['image-set'],
    );
    await page.getByRole('radio', { name: 'Front' }).press('ArrowLeft');
    expect(await page.getByRole('radio', { checked: true }).getAttribute('aria-label')).toBe('Mint');
    const [front, mint] = await Promise.all(
      ['Front', 'Mint'].map((name) => page.getByRole('radio', { name }).boundingBox()),
    );
    expect(Number(front?.x)).toBeGreaterThan(Number(mint?.x));
  });

  it('shows several assets as one set', async () => {
    const page = await open('<pressroom-image-set asset="luma/page-1, luma/view-2"></pressroom-image-set>', [
      'image-set',
    ]);
    await page.getByRole('radio', { name: 'view-2' }).click();
    await expect.poll(() => colourAt(page, 'pressroom-image-set .leaf', 0.1, 0.1)).toEqual([24, 160, 24]);
  });
});

describe('the eCatalog viewer', () => {
  const catalogue = '<pressroom-ecatalog asset="luma/catalogue"></pressroom-ecatalog>';
  const pagesShown = (page: Page, text: string) =>
    page.locator('pressroom-ecatalog .pages').getByText(text, { exact: true }).waitFor();

  it('opens at the cover, and is turned by buttons, keys and thumbnails', async () => {
    const page = await open(catalogue, ['ecatalog']);
    await pagesShown(page, 'Page 1 of 6');
    await page.getByRole('button', { name: 'Next page' }).click();
    await pagesShown(page, 'Pages 2 and 3 of 6');
    await expect.poll(() => colourAt(page, 'pressroom-ecatalog .sheet', 0.1, 0.1)).toEqual([24, 160, 24]);
    expect(await colourAt(page, 'pressroom-ecatalog .sheet', 0.9, 0.1)).toEqual([24, 24, 160]);
    await look(page, 'ecatalog');
    await page.locator('pressroom-ecatalog .stage').press('ArrowRight');
    await pagesShown(page, 'Pages 4 and 5 of 6');
    // The page that turned is gone in the end.
    await expect.poll(() => page.locator('pressroom-ecatalog .turning').count()).toBe(0);
    await page.getByRole('radio', { name: 'Page 6 of 6' }).click();
    await expect.poll(() => colourAt(page, 'pressroom-ecatalog .sheet', 0.1, 0.1)).toEqual([160, 24, 160]);
    expect(await page.getByRole('button', { name: 'Next page' }).getAttribute('aria-disabled')).toBe('true');
    expect((await read<[string, object]>(page, 'window.seen.at(-1)'))[1]).toMatchObject({
      page: 6,
      pages: 6,
      ids: ['page-6'],
    });
    await expectAccessible(page);
  });

  it('turns a page with a drag, and zooms into both pages', async () => {
    const page = await open(catalogue, ['ecatalog'], { reducedMotion: 'reduce' });
    await pagesShown(page, 'Page 1 of 6');
    const dragged = await drag(page, 'pressroom-ecatalog .stage', [0.8, 0.5], [0.3, 0.5]);
    await dragged.release();
    await pagesShown(page, 'Pages 2 and 3 of 6');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    // Zoomed, an arrow moves the pages and turns none.
    await page.locator('pressroom-ecatalog .stage').press('ArrowRight');
    await pagesShown(page, 'Pages 2 and 3 of 6');
  });

  it('turns to the other side where texts run from right to left', async () => {
    const page = await open(`<div dir="rtl">${catalogue}</div>`, ['ecatalog'], { reducedMotion: 'reduce' });
    await pagesShown(page, 'Page 1 of 6');
    await page.locator('pressroom-ecatalog .stage').press('ArrowLeft');
    await pagesShown(page, 'Pages 2 and 3 of 6');
    await expect.poll(() => colourAt(page, 'pressroom-ecatalog .sheet', 0.9, 0.1)).toEqual([24, 160, 24]);
  });

  it('shows one page at a time on a telephone, and keeps its page when that is turned', async () => {
    const page = await open(`<div id="box">${catalogue}</div>`, ['ecatalog'], { width: 390, hasTouch: true });
    await read(page, "document.querySelector('pressroom-ecatalog').style.blockSize = '600px'");
    await pagesShown(page, 'Page 1 of 6');
    await page.locator('pressroom-ecatalog .stage').press('PageDown');
    await pagesShown(page, 'Page 2 of 6');
    await look(page, 'ecatalog-390');
    await page.setViewportSize({ width: 844, height: 390 });
    await read(page, "document.querySelector('pressroom-ecatalog').style.blockSize = '380px'");
    await pagesShown(page, 'Pages 2 and 3 of 6');
  });
});

describe('the carousel', () => {
  it('goes on with its buttons and keys, and loads only what is near', async () => {
    const page = await open('<pressroom-carousel asset="luma/views"></pressroom-carousel>', ['carousel'], {
      reducedMotion: 'reduce',
    });
    await ready(page, 'pressroom-carousel');
    await expect.poll(() => colourAt(page, 'pressroom-carousel .track', 0.1, 0.1)).toEqual([160, 24, 24]);
    expect(await page.locator('pressroom-carousel img[src]').count()).toBe(2);
    await page.getByRole('button', { name: 'Next image' }).click();
    await expect.poll(() => colourAt(page, 'pressroom-carousel .track', 0.1, 0.1)).toEqual([24, 160, 24]);
    await page.locator('pressroom-carousel .track').press('ArrowRight');
    await expect.poll(() => colourAt(page, 'pressroom-carousel .track', 0.1, 0.1)).toEqual([24, 24, 160]);
    expect(await read(page, 'window.seen.at(-1)[1].index')).toBe(2);
    await expectAccessible(page);
    await look(page, 'carousel');
  });

  it('follows texts from right to left', async () => {
    const page = await open(
      '<div dir="rtl"><pressroom-carousel asset="luma/views"></pressroom-carousel></div>',
      ['carousel'],
      { reducedMotion: 'reduce' },
    );
    await ready(page, 'pressroom-carousel');
    await page.locator('pressroom-carousel .track').press('ArrowLeft');
    await expect.poll(() => colourAt(page, 'pressroom-carousel .track', 0.1, 0.1)).toEqual([24, 160, 24]);
  });
});

describe('the fly-out viewer', () => {
  it('shows the part under the pointer enlarged beside the image, and by keys', async () => {
    const page = await open(
      '<div id="half"><pressroom-flyout asset="luma/quarters"></pressroom-flyout></div>',
      ['flyout'],
    );
    await read(page, "document.querySelector('pressroom-flyout').style.inlineSize = '380px'");
    await ready(page, 'pressroom-flyout');
    const box = await page.locator('pressroom-flyout').boundingBox();
    const over = (across: number, down: number) =>
      page.mouse.move(
        Number(box?.x) + Number(box?.width) * across,
        Number(box?.y) + Number(box?.height) * down,
      );
    await over(0.25, 0.25);
    await expect.poll(() => colourAt(page, 'pressroom-flyout .flyout')).toEqual([200, 0, 0]);
    await over(0.75, 0.75);
    await expect.poll(() => colourAt(page, 'pressroom-flyout .flyout')).toEqual([200, 200, 0]);
    await look(page, 'flyout');
    await page.mouse.move(1, 1);
    await page.locator('pressroom-flyout .flyout').waitFor({ state: 'hidden' });
    const stage = page.locator('pressroom-flyout .stage').first();
    for (let press = 0; press < 10; press++) await stage.press('ArrowLeft');
    await expect.poll(() => colourAt(page, 'pressroom-flyout .flyout')).toEqual([0, 0, 200]);
    await stage.press('Escape');
    await page.locator('pressroom-flyout .flyout').waitFor({ state: 'hidden' });
    await expectAccessible(page);
  });
});

describe('the video viewer', () => {
  it('plays a film with captions and a poster', async () => {
    const page = await open(
      '<pressroom-video asset="luma/film" poster="luma/view-1" captions="en=luma/film-en"></pressroom-video>',
      ['video'],
    );
    await page.locator('pressroom-video video').waitFor();
    expect(await page.locator('pressroom-video video').getAttribute('poster')).toMatch(
      /\/is\/image\/luma\/view-1\?wid=1152&fmt=auto$/,
    );
    await read(page, 'document.querySelector("pressroom-video").player.play()');
    await expect
      .poll(() => read<number>(page, 'document.querySelector("pressroom-video").player.currentTime'))
      .toBeGreaterThan(0);
    expect(
      await read(page, 'document.querySelector("pressroom-video").player.textTracks[0].cues[0].text'),
    ).toBe('A red shoe');
    expect((await read<[string][]>(page, 'window.seen')).map(([name]) => name)).toContain('play');
  });
});

describe('the mixed media viewer', () => {
  it('shows an image, a spin and a film of one set', async () => {
    const page = await open('<pressroom-mixed-media asset="luma/mixed"></pressroom-mixed-media>', [
      'mixed-media',
    ]);
    await ready(page, 'pressroom-mixed-media .leaf');
    await page.getByRole('radio', { name: 'Turn it' }).click();
    await page.getByRole('slider', { name: 'Turn it' }).press('ArrowRight');
    await expect.poll(() => colourAt(page, 'pressroom-mixed-media .stage')).toEqual([40, 40, 40]);
    await look(page, 'mixed-media');
    await page.getByRole('radio', { name: 'Film' }).click();
    await page.locator('pressroom-mixed-media video').waitFor();
    await page.getByRole('radio', { name: 'view-1' }).click();
    await ready(page, 'pressroom-mixed-media .leaf');
    await expectAccessible(page);
  });
});

describe('every viewer', () => {
  it('loads when it comes near, also if it is shown late', async () => {
    const page = await open(
      '<div id="tab" hidden><pressroom-zoom asset="luma/late"></pressroom-zoom></div>',
      ['zoom'],
    );
    site.images.set('late', { width: 400, height: 300, colours: ['#123456'] });
    await read(page, 'customElements.whenDefined("pressroom-zoom").then(() => 0)');
    expect(site.requests.filter((path) => path.includes('/late'))).toEqual([]);
    await read(page, 'document.querySelector("#tab").hidden = false');
    await ready(page, 'pressroom-zoom');
    expect(await read(page, 'window.seen[0]')).toEqual([
      'ready',
      { viewer: 'pressroom-zoom', asset: 'luma/late', type: 'image' },
    ]);
  });

  it('says that nothing can be shown, and tries again', async () => {
    const page = await open('<pressroom-spin asset="luma/missing"></pressroom-spin>', ['spin']);
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect((await read<[string, { status: number }]>(page, 'window.seen[0]'))[1].status).toBe(404);
    site.documents.set('missing', site.documents.get('spin'));
    await page.getByRole('button', { name: 'Try again' }).click();
    await ready(page, 'pressroom-spin');
    expect(problems.splice(0).filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('takes settings and texts from a published file, and its own before them', async () => {
    site.documents.set('settings', {
      'max-zoom': 50,
      texts: { zoomIn: 'Vergrößern', zoomOut: 'Verkleinern' },
    });
    const page = await open(
      `<pressroom-zoom asset="luma/quarters" config="luma/settings" texts='{"zoomOut":"Kleiner"}'></pressroom-zoom>`,
      ['zoom'],
    );
    await page.getByRole('button', { name: 'Vergrößern' }).waitFor();
    await page.getByRole('button', { name: 'Kleiner' }).waitFor();
    await read(page, 'document.querySelector("pressroom-zoom").scale = 100');
    // 800 pixels wide and less are shown of 4,000: half of that is 2,000.
    const width =
      'document.querySelector("pressroom-zoom").shadowRoot.querySelector(".sheet").getBoundingClientRect().width';
    await expect.poll(() => read<number>(page, width)).toBeCloseTo(2_000, 0);
  });

  it('works inside a shadow root, and with another address of the server', async () => {
    const page = await open('<div id="host"></div>', ['zoom']);
    await read(
      page,
      `{
      const root = document.querySelector('#host').attachShadow({ mode: 'open' });
      const viewer = document.createElement('pressroom-zoom');
      viewer.setAttribute('asset', 'luma/quarters');
      viewer.serverUrl = '${site.delivery}/is/image';
      root.append(viewer);
    }`,
    );
    await page.locator('pressroom-zoom .stage').focus();
    await page.keyboard.press('+');
    await expect
      .poll(() => read<string>(page, 'JSON.stringify(window.seen.at(-1))'))
      .toContain('"scale":1.5');
  });
});

describe('the page of viewers of npm start', () => {
  it.each([1440, 390])('shows every viewer at a width of %i pixels', async (width) => {
    const shoe = { id: 'red-shoe', type: 'image', url: '/is/image/luma/red-shoe', width: 1_200, height: 800 };
    site.images.set('red-shoe', { width: 1_200, height: 800, colours: ['#fff'], drawing: drawRedShoe() });
    const views = [32, 8].flatMap((tilt, row) =>
      Array.from({ length: 18 }, (_, view) => {
        const id = `vase-${row}-${view}`;
        site.images.set(id, {
          width: 900,
          height: 900,
          colours: ['#fff'],
          drawing: drawVase(-view / 18, tilt),
        });
        return { id, type: 'image', url: `/is/image/luma/${id}`, width: 900, height: 900, row };
      }),
    );
    const plates = Array.from({ length: 6 }, (_, index) => {
      const size = { width: 1_200, height: 1_600 };
      const title = `Plate ${index + 1}`;
      const drawing = drawScene({ title, seed: (index + 1) * 7, ...size });
      site.images.set(`gallery-plate-${index + 1}`, { ...size, colours: ['#fff'], drawing });
      return { id: title, type: 'image', url: `/is/image/luma/gallery-plate-${index + 1}`, ...size };
    });
    const spin = { id: 'gallery-spin', type: 'spin-set', items: views };
    const film = { ...(site.documents.get('film') as object), id: 'gallery-film' };
    for (const document of [
      spin,
      film,
      {
        id: 'gallery-images',
        type: 'image-set',
        items: [{ ...shoe, swatch: { color: 'c8161f' } }, plates[1]],
      },
      { id: 'gallery-catalogue', type: 'ecatalog', items: plates },
      { id: 'gallery-mixed', type: 'mixed-media-set', items: [shoe, spin, film] },
    ] as { id: string }[])
      site.documents.set(document.id, document);
    site.serve('/viewers.css', { 'content-type': 'text/css' }, viewersStyle);
    const examples = viewerExamples('luma');
    site.serve(
      '/viewers',
      { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': viewersPolicy(site.delivery) },
      viewersPage(examples, site.modules, '/viewers.css'),
    );
    const page = await openAddress(`${site.pages}/viewers`, { width });
    for (const { title, viewer } of examples) {
      const card = page.getByRole('region', { name: title, exact: true });
      await card.scrollIntoViewIfNeeded();
      await card.locator(`pressroom-${viewer}`).locator('img[src], video').first().waitFor();
    }
    // A tall picture makes no viewer taller than its proportion.
    for (const viewer of ['carousel', 'video']) {
      const box = await page.locator(`pressroom-${viewer}`).boundingBox();
      expect(Number(box?.width) / Number(box?.height)).toBeCloseTo(4 / 3, 1);
    }
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.locator('.pages').getByText('Pages 2 and 3 of 6').waitFor();
    expect(await page.locator('.failure').count()).toBe(0);
    expect(await read<number>(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await expectAccessible(page);
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `gallery-${width}.png`), fullPage: true });
  });
});
