import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Costs, limitTable } from '../../bench/image-cost.ts';
import { type ImageResults, imageGoals } from '../../bench/images/image-results.ts';
import { imageTables } from '../../bench/images/image-tables.ts';
import { pixelsOf, ssim } from '../../bench/support/ssim.ts';
import { marked, readDocument } from '../support/documents.ts';

describe('the likeness of two pictures (SSIM)', () => {
  const picture = (left: string, right: string) =>
    sharp({ create: { width: 64, height: 48, channels: 3, background: left } })
      .composite([
        {
          input: { create: { width: 32, height: 48, channels: 3, background: right } },
          left: 32,
          top: 0,
        },
      ])
      .png()
      .toBuffer();

  it('is 1 for the same pixels, and lower the more they differ', async () => {
    const original = await pixelsOf(await picture('#204060', '#e0c0a0'));
    const close = await pixelsOf(await picture('#244464', '#dcbc9c'));
    const inverse = await pixelsOf(await picture('#e0c0a0', '#204060'));
    expect(ssim(original, original)).toBeCloseTo(1, 6);
    expect(ssim(original, close)).toBeGreaterThan(0.95);
    expect(ssim(original, close)).toBeLessThan(1);
    expect(ssim(original, inverse)).toBeLessThan(0.5);
  });

  it('is that of the formula for two even areas: 2ab + c ÷ a² + b² + c', async () => {
    const even = async (value: number) => ({
      width: 20,
      height: 20,
      data: new Uint8Array(20 * 20 * 3).fill(value),
    });
    const c = (0.01 * 255) ** 2;
    expect(ssim(await even(100), await even(150))).toBeCloseTo(
      (2 * 100 * 150 + c) / (100 ** 2 + 150 ** 2 + c),
      4,
    );
  });

  it('refuses pictures of two sizes', () => {
    const of = (width: number) => ({ width, height: 2, data: new Uint8Array(width * 6) });
    expect(() => ssim(of(2), of(3))).toThrow('Pictures of 2 × 2 and 3 × 2 pixels cannot be compared');
  });
});

describe('the page about the performance of the image server', () => {
  const results = JSON.parse(readFileSync('bench/results/images.json', 'utf8')) as ImageResults;

  it('has the tables that the results make', () => {
    const page = readDocument('docs/image-performance.md');
    expect(marked(page, 'image-figures').trim()).toBe(imageTables(results).trim());
  });

  it('has results with every figure that has a goal, with every run', () => {
    expect(Object.keys(results.figures)).toEqual(expect.arrayContaining(Object.keys(imageGoals)));
    expect(results.speed?.commands).toHaveLength(8);
    for (const { runs } of results.speed?.commands ?? []) {
      expect(runs.map(({ concurrency }) => concurrency)).toEqual([1, 4, 16]);
    }
  });
});

it('the page about limits has the table that the measured URLs make, none above 5 s', () => {
  const costs = JSON.parse(readFileSync('bench/results/image-cost.json', 'utf8')) as Costs & {
    slowestReplySeconds: number;
  };
  expect(marked(readDocument('docs/limits.md'), 'image-costs').trim()).toBe(limitTable(costs).trim());
  expect(costs.slowestReplySeconds).toBeLessThanOrEqual(5);
});
