/**
 * Queries that nobody sends by mistake, through the edge's reader and the image server with its real sharp: each gets a 4xx, none an
 * error on our side, and none takes long. Most are made from the table of commands, so that a new command is tested, too.
 */
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { makePlaceholder } from '../../../adapters/sharp/placeholder.ts';
import { transformImage } from '../../../adapters/sharp/transform-image.ts';
import { canonicalImageQuery } from '../../../domain/delivery/canonical-image-query.ts';
import {
  type ArgumentRule,
  type CommandName,
  commandNames,
  imageCommands,
} from '../../../domain/delivery/image-commands.ts';
import { serveImage } from '../../../functions/serve-image/serve-image.ts';
import { sampleFont } from '../../support/sample-font.ts';

const picture = await sharp({ create: { width: 60, height: 40, channels: 4, background: '#80a0c080' } })
  .png()
  .toBuffer();
const large = await sharp({ create: { width: 5_000, height: 3_000, channels: 3, background: '#80a0c0' } })
  .jpeg()
  .toBuffer();

const published: Readonly<Record<string, { bytes: Uint8Array; type: string }>> = {
  'luma/image/red': { bytes: picture, type: 'image' },
  'luma/image/large': { bytes: large, type: 'image' },
  'luma/image/broken': { bytes: Buffer.from('no image'), type: 'image' },
  'luma/content/brand': { bytes: sampleFont(), type: 'font' },
  'luma/content/guide': { bytes: Buffer.from('%PDF-1.7'), type: 'pdf' },
};

const report = vi.fn();

async function ask(query: string) {
  const path = { company: 'luma', id: 'red' };
  const event = {
    rawPath: '/is/image/luma/red',
    rawQueryString: canonicalImageQuery(query, path),
    headers: {},
    requestContext: { requestId: 'r', http: { method: 'GET' } },
  } as unknown as LambdaFunctionURLEvent;
  return serveImage(event, {
    openObject: async (key) => {
      const found = published[key];
      return (
        found && {
          etag: '"e"',
          lastModified: new Date(0),
          bytes: found.bytes.length,
          type: found.type,
          read: async () => found.bytes,
          discard: () => undefined,
        }
      );
    },
    openVideoObject: async () => undefined,
    findObject: async () => undefined,
    makePlaceholder,
    transform: transformImage,
    readReduction: async () => undefined,
    readImages: async () => ({ presets: [] }),
    now: () => new Date(0),
    remainingTime: () => 20_000,
    report,
  });
}

/** Values that an argument cannot have. */
function badValues(rule: ArgumentRule): string[] {
  switch (rule.kind) {
    case 'whole':
      return [`${rule.min - 1}`, `${rule.max + 1}`, '1.5', '1e9', '9'.repeat(400), 'NaN', '0x10', '١'];
    case 'number':
      return [`${rule.min - 1}`, `${rule.max + 1}`, '1e9', 'Infinity', '-'.repeat(50), '--1', '%00'];
    case 'word':
      return ['zzz', '__proto__', 'constructor', '%F0%9F%91%9F', `x${rule.words[0]}`];
    case 'flag':
      return ['2', 'yes', '-1', 'true'];
    case 'colour':
      return ['red', '12345', 'gg0000', '%23ff0000', '0xff'];
    case 'source':
      return ['..%2Fa', 'a/b/c', '%00', '{a', 'is{a?wid=0}', 'a%0Ab', '.a', 'a'.repeat(300), 'none'];
    case 'layer':
      return ['-1', '100', '1.5', 'a', '%00', '9'.repeat(100)];
    case 'text':
      return ['x'.repeat(rule.maxLength + 1), '%F0%9F%91%9F'.repeat(rule.maxLength)];
    case 'digits':
      return [];
  }
}

function goodValue(rule: ArgumentRule): string {
  switch (rule.kind) {
    case 'whole':
    case 'number':
      return String(Math.max(rule.min, 1));
    case 'word':
      return rule.words[0] ?? '';
    case 'flag':
      return '1';
    case 'colour':
      return 'ff0000';
    default:
      return 'red';
  }
}

/** Read only together with other commands, or for missing images. */
const readElsewhere: readonly CommandName[] = ['handler', 'defaultImage', 'id'];

const ofTable = commandNames
  .filter((name) => !readElsewhere.includes(name))
  .flatMap((name) => {
    const rules: readonly ArgumentRule[] = imageCommands[name];
    const bad = rules.flatMap((rule, index) => {
      const before = rules.slice(0, index).map(goodValue);
      return badValues(rule).map((value) => [...before, value].join());
    });
    const needs = { fit: 'wid=9&', font: 'text=a&' }[name as string] ?? '';
    const layered = name === 'layer' ? '&src=red' : '';
    return [...bad, ...(rules.length > 1 ? [`${rules.map(goodValue).join()},1,1,1,1,1`] : [])].map(
      (value) =>
        `layer=1&src=red&layer=2&color=ff0000&size=9,9&layer=${name === 'src' || name === 'text' || name === 'font' ? 3 : 2}&${needs}${name}=${value}${layered}`,
    );
  });

const many = (count: number, piece: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => piece(index + 1)).join('&');

const ofLayers = [
  many(11, (index) => `layer=${index}&src=red`),
  many(99, (index) => `layer=${index}&color=ff0000&size=5000,5000`),
  many(10, (index) => `layer=${index}&src=p${index}&mask=q${index}`),
  `src=${'is{red?src='.repeat(5)}red${'}'.repeat(5)}`,
  `src=${'is{red?src='.repeat(500)}`,
  `src=${'{'.repeat(3_000)}`,
  `src=is{red?${many(500, (index) => `layer=${index}&src=red`)}}`,
  'layer=1&src=red?wid=3',
  'layer=1&src=is(luma/red?wid=3)',
  'layer=1&src=http://169.254.169.254/latest/meta-data',
  'layer=1&src=file:///etc/passwd',
  'layer=1&src=luma/../other/red',
  'layer=1&src=is{luma/red?src=luma/content/guide}',
  'layer=1&src=guide',
  'layer=1&text=a&font=guide',
  'layer=1&text=a&font=red',
  'layer=1&text=a&font=none',
  'layer=1&text=a',
  'layer=1&text={\\rtf1 a}&font=brand',
  'layer=1&src=red&text=a&font=brand',
  'layer=1&src=red&color=ff0000',
  'layer=1&color=ff0000',
  'layer=1&color=ff0000&size=0,0',
  'layer=1&color=ff0000&size=9',
  'layer=1&pos=3,4',
  'layer=1&mask=red',
  'sizeN=0.5',
  'color=ff0000&sizeN=1,1',
  'size=5000&wid=5000&hei=5000&layer=1&src=red',
  'color=ffffff&size=5000,5000&wid=2000&hei=2000&layer=1&src=red',
  `color=ffffff&size=2000,1400&${many(8, (index) => `layer=${index}&src=large&size=2000`)}`,
  'color=ffffff&size=1500,1500&layer=1&color=ff0000&size=5000,5000&rotate=30&scale=100',
  'color=ffffff&size=1500,1500&layer=1&src=red&size=5000,5000&rotate=30',
  `color=ffffff&size=1700,1700&${many(10, (index) => `layer=${index}&color=ff0000&size=1500,1500&op_blur=100`)}`,
  'layer=1&src=red&extend=-100,-100,-100,-100',
  'extend=-1000000&layer=1&src=red',
  'layer=1&src=is{red?extend=-100}',
  'layer=1&src=is{large?wid=5000&hei=5000}',
  'layer=1&src=is{large?wid=4000&layer=1&src=large}',
  many(6, (index) => `layer=${index}&src=is{large?wid=3000}`),
  '$x$',
  'layer=1&src=is{red?$x$}',
  '$a=is{red}&layer=1&src=$a$&opac=200',
  `layer=1&text=${'%0A'.repeat(600)}&font=brand`,
  `${many(300, (index) => `layer=${index}`)}&wid=0`,
];

const queries = [...ofTable, ...ofLayers];

it('there are at least 300 of them', () => {
  expect(new Set(queries).size).toBeGreaterThanOrEqual(300);
});

it('each gets a 4xx, in a bounded time and memory', async () => {
  const wrong: string[] = [];
  const before = process.memoryUsage().rss;
  for (const query of queries) {
    const begun = process.cpuUsage();
    const { status, headers } = await ask(query);
    const { user, system } = process.cpuUsage(begun);
    const milliseconds = (user + system) / 1_000;
    if (status < 400 || status > 499 || headers['content-type'] !== 'application/problem+json') {
      wrong.push(`${status}: ${query.slice(0, 200)}`);
    }
    if (milliseconds > 3_000) wrong.push(`${Math.round(milliseconds)} ms: ${query.slice(0, 200)}`);
  }
  expect(wrong).toEqual([]);
  expect(report).not.toHaveBeenCalled();
  expect(process.memoryUsage().rss - before).toBeLessThan(1_000_000_000);
});

it('a damaged image of a layer is reported, and gets a 4xx', async () => {
  expect((await ask('layer=1&src=broken')).status).toBe(422);
});

it.each([
  'layer=1&text=%E2%80%AE%F0%9F%91%9F%00%1B%EF%BF%BF&font=brand',
  `layer=1&text=${'W'.repeat(500)}&font=brand&fontSize=2000&size=1,1`,
  `layer=1&text=${'%E0%B8%B3'.repeat(500)}&font=brand&size=9`,
  'layer=1&src=red&pos=1000000,-1000000&anchor=1000000,1000000',
  'layer=1&src=red&origin=-1000000,1000000&crop=-1000000,-1000000,1000000,1000000',
  'layer=1&src=red&extend=5000,5000,5000,5000&bgColor=ff0000',
  'layer=1&src=red&mask=red&crop=59,39,1,1&scale=100',
  'layer=1&color=ff000000&size=1,1&rotate=0.001&blendMode=dissolve',
  'layer=1&src=is{red?src=is{red?src=is{red?flip=lr}}}',
])('%.70s is unusual, and gets its image', async (query) => {
  expect((await ask(query)).status).toBe(200);
});
