import { expect, it } from 'vitest';
import { forConnection } from '../../../domain/delivery/for-connection.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';

it.each([
  ['wid=100&dpr=on,2&qlt=80&network=on,slow', 50, undefined],
  ['wid=100&dpr=on,2&qlt=40&network=on,slow', 40, undefined],
  ['wid=100&dpr=on,2&qlt=80&network=on', 80, { state: 'on', ratio: 2 }],
  ['wid=100&dpr=on,2&qlt=80', 80, { state: 'on', ratio: 2 }],
])('%s has the quality %d and dpr %j', (query, quality, dpr) => {
  const command = forConnection(parseImageCommand(query));
  expect(command.qlt.quality).toBe(quality);
  expect(command.dpr).toEqual(dpr);
});
