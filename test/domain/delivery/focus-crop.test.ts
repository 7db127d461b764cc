import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { planImage } from '../../../domain/delivery/plan-image.ts';
import { planSize } from '../../../domain/delivery/plan-size.ts';

const kept = (query: string, focus: { x: number; y: number } | undefined, width = 600, height = 400) => {
  const plan = planSize({ width, height, focus }, parseImageCommand(query), 16_000_000);
  return [plan.kept.left, plan.kept.top, plan.kept.width, plan.kept.height];
};

describe('fit=crop with a focal point', () => {
  it.each([
    ['keeps the window around it', 'wid=200&hei=200&fit=crop', { x: 0.6, y: 0.5 }, [80, 0, 200, 200]],
    ['stays at the left edge', 'wid=200&hei=200&fit=crop', { x: 0, y: 0.5 }, [0, 0, 200, 200]],
    ['stays at the right edge', 'wid=200&hei=200&fit=crop', { x: 1, y: 0.5 }, [100, 0, 200, 200]],
    ['moves up and down', 'wid=600&hei=100&fit=crop', { x: 0.5, y: 0.25 }, [0, 50, 600, 100]],
    [
      'follows `align` where the URL has it',
      'wid=200&hei=200&fit=crop&align=1',
      { x: 0, y: 0 },
      [100, 0, 200, 200],
    ],
    ['follows an `align` of 0', 'wid=200&hei=200&fit=crop&align=0', { x: 0, y: 0 }, [50, 0, 200, 200]],
    ['keeps the middle without one', 'wid=200&hei=200&fit=crop', undefined, [50, 0, 200, 200]],
    ['does not count for other modes', 'wid=200&hei=200&fit=hfit', { x: 0, y: 0 }, [0, 0, 200, 133]],
    ['does not move what is padded', 'wid=900&hei=100&fit=crop,0', { x: 0, y: 1 }, [0, 300, 600, 100]],
  ])('%s', (_, query, focus, expected) => {
    expect(kept(query, focus)).toEqual(expected);
  });

  it('keeps the point inside, in the nearest window that the image allows', () => {
    const side = fc.integer({ min: 1, max: 4_000 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const asked = fc.integer({ min: 1, max: 2_000 });
    fc.assert(
      fc.property(
        side,
        side,
        asked,
        asked,
        share,
        share,
        fc.boolean(),
        (width, height, wid, hei, x, y, up) => {
          const command = parseImageCommand(`wid=${wid}&hei=${hei}&fit=crop,${up ? 1 : 0}`);
          const { scaled, kept: window } = planSize({ width, height, focus: { x, y } }, command, 16_000_000);
          for (const [at, whole, start, part] of [
            [x, scaled.width, window.left, window.width],
            [y, scaled.height, window.top, window.height],
          ] as const) {
            const point = at * whole;
            expect(start).toBeGreaterThanOrEqual(0);
            expect(start + part).toBeLessThanOrEqual(whole);
            expect(point).toBeGreaterThanOrEqual(start - 0.5);
            expect(point).toBeLessThanOrEqual(start + part + 0.5);
            // No other start brings the middle of the window nearer to the point.
            const distance = (left: number) => Math.abs(left + part / 2 - point);
            for (const other of [0, start - 1, start + 1, whole - part]) {
              if (other < 0 || other + part > whole) continue;
              expect(distance(start)).toBeLessThanOrEqual(distance(other) + 1e-6);
            }
          }
        },
      ),
    );
  });

  it.each([
    ['a crop', 'crop=300,0,300,400', { x: 0.75, y: 0.5 }, { x: 0.5, y: 0.5 }],
    ['a size', 'wid=60', { x: 0.25, y: 0.4 }, { x: 0.25, y: 0.4 }],
    ['a mirror', 'flip=lr', { x: 0.25, y: 0.4 }, { x: 0.75, y: 0.4 }],
    ['a quarter turn', 'rotate=90', { x: 0.25, y: 0.4 }, { x: 0.6, y: 0.25 }],
    ['padding', 'extend=600,0,0,0', { x: 0.5, y: 0.5 }, { x: 0.75, y: 0.5 }],
    ['a region', 'rgn=0,0,300,200', { x: 0.25, y: 0.25 }, { x: 0.5, y: 0.5 }],
    ['a region that does not show it', 'rgn=300,200,300,200', { x: 0.25, y: 0.25 }, undefined],
    ['any other angle', 'rotate=10', { x: 0.25, y: 0.25 }, undefined],
  ])('is found again after %s, for the images of a recipe', (_, query, focus, expected) => {
    expect(planImage({ width: 600, height: 400, focus }, parseImageCommand(query)).focus).toEqual(expected);
  });
});
