import { expect, it } from 'vitest';
import { chooseFormat } from '../../../domain/delivery/choose-format.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';

it.each([
  ['fmt=auto,avif', false, 'avif'],
  ['fmt=auto,avif', true, 'avif-alpha'],
  ['fmt=auto,webp', false, 'webp'],
  ['fmt=auto,webp', true, 'webp-alpha'],
  ['fmt=auto', false, 'jpeg'],
  ['fmt=auto', true, 'png-alpha'],
  ['bfc=on,avif', true, 'avif'],
  ['bfc=on', true, 'jpeg'],
  ['fmt=png-alpha&bfc=on,webp', false, 'webp-alpha'],
  ['fmt=png&bfc=on,webp', true, 'webp'],
  ['fmt=pjpeg&bfc=on', true, 'pjpeg'],
  ['fmt=gif&bfc=on,avif', true, 'gif'],
  ['fmt=jpeg,cmyk&bfc=on,avif', false, 'jpeg'],
  ['fmt=tif', true, 'tif'],
])('%s of an image whose transparency is %s gives %s', (query, hasAlpha, format) => {
  expect(chooseFormat(parseImageCommand(query).fmt, hasAlpha).format).toBe(format);
});

it.each(['fmt=auto,gray', 'fmt=auto,rgb,lossless', 'fmt=auto,avif,lossy'])('%s is refused', (query) => {
  expect(() => parseImageCommand(query)).toThrow(
    'fmt: auto has no pixelType and no compression; write fmt=auto',
  );
});
