import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { planImage } from '../../../domain/delivery/plan-image.ts';
import { divisorOf, fitsReduction } from '../../../domain/delivery/reduction.ts';

describe('the reduction of an image', () => {
  it.each([
    [6_000, 4_000, 5],
    [4_000, 6_000, 5],
    [4_000, 3_000, 4],
    [4_032, 3_024, 4],
    [8_000, 6_000, 8],
    [3_000, 2_000, undefined],
    [4_001, 3_000, undefined],
    [2_000, 8_000, 8],
    [100, 100, undefined],
  ])('of %d × %d divides both sides by %s', (width, height, divisor) => {
    expect(divisorOf({ width, height })).toBe(divisor);
  });

  it('has at least 1,000 pixels and divides both sides', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const divisor = divisorOf({ width, height });
        if (divisor === undefined) return;
        expect([width % divisor, height % divisor]).toEqual([0, 0]);
        expect(Math.max(width, height) / divisor).toBeGreaterThanOrEqual(1_000);
      }),
    );
  });
});

describe('a result', () => {
  const image = { width: 6_000, height: 4_000 };
  it.each([
    ['wid=400', true],
    ['wid=512&hei=512&fit=constrain,0&fmt=webp', true],
    ['wid=300&hei=300&fit=crop', true],
    ['wid=300&hei=300&bgc=ff0000', true],
    ['wid=300&dpr=on,2', true],
    ['wid=400&fmt=auto,avif&qlt=50', true],
    ['wid=616', false],
    ['', false],
    ['wid=400&crop=0,0,300,300', false],
    ['wid=400&rgn=0,0,300,300', false],
    ['scl=20', false],
    ['wid=400&rotate=10', false],
    ['wid=400&op_usm=1', false],
    ['wid=400&fmt=jpeg,cmyk', false],
  ])('of %s is made from a fifth: %s', (query, expected) => {
    expect(fitsReduction(image, 5, parseImageCommand(query))).toBe(expected);
  });

  it('that is made from a reduction has the size and the place of that of the image', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 250, max: 3_000 }),
        fc.integer({ min: 250, max: 3_000 }),
        fc.integer({ min: 3, max: 8 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 700 }),
        fc.constantFrom('fit', 'constrain', 'crop', 'wrap', 'stretch', 'hfit', 'vfit'),
        (width, height, divisor, wid, hei, mode) => {
          const whole = { width: width * divisor, height: height * divisor, focus: { x: 0.3, y: 0.8 } };
          const command = parseImageCommand(`wid=${wid}&hei=${hei}&fit=${mode}`);
          if (!fitsReduction(whole, divisor, command)) return;
          const [own, reduced] = [planImage(whole, command), planImage({ ...whole, width, height }, command)];
          expect([reduced.reply, reduced.at, reduced.part?.scaled, reduced.part?.cut]).toEqual([
            own.reply,
            own.at,
            own.part?.scaled,
            own.part?.cut,
          ]);
          expect((own.part?.scaled.width ?? 0) * 1.95).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
