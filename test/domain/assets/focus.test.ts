import { describe, expect, it } from 'vitest';
import { type Focus, focusAfterUpload, focusShare } from '../../../domain/assets/focus.ts';

const chosen: Focus = { x: 0.2, y: 0.3 };
const proposed: Focus = { x: 0.7, y: 0.7, proposed: true };
const picture = (width: number, height: number, focus?: Focus) => ({
  width,
  height,
  ...(focus && { focus }),
});

describe('the focal point of a replaced image', () => {
  it.each([
    ['is proposed for a new image', undefined, picture(600, 400, proposed), proposed],
    ['is proposed again where it was proposed', picture(600, 400, proposed), picture(600, 400), undefined],
    ['stays where a member set it', picture(600, 400, chosen), picture(1200, 800, proposed), chosen],
    ['stays with a size that is a pixel off', picture(600, 400, chosen), picture(300, 201, proposed), chosen],
    ['is proposed for other proportions', picture(600, 400, chosen), picture(400, 600, proposed), proposed],
    [
      'is proposed where the replaced file was no image',
      { focus: chosen },
      picture(400, 600, proposed),
      proposed,
    ],
  ])('%s', (_, before, after, expected) => {
    expect(focusAfterUpload(before, after)).toEqual(expected);
  });

  it('is stored in thousandths inside the image', () => {
    expect([0.12345, 1.2, -0.1, 1 / 3].map(focusShare)).toEqual([0.123, 1, 0, 0.333]);
  });
});
