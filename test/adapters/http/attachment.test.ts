import { expect, it } from 'vitest';
import { attachment } from '../../../adapters/http/attachment.ts';

it.each([
  ['log.csv', `attachment; filename="log.csv"; filename*=UTF-8''log.csv`],
  [
    'Autumn 2026-11-24 08:30:00.csv',
    `attachment; filename="Autumn 2026-11-24 08-30-00.csv"; filename*=UTF-8''Autumn%202026-11-24%2008-30-00.csv`,
  ],
  ['a"b/c\r\nX: y.csv', `attachment; filename="a-b-c--X- y.csv"; filename*=UTF-8''a-b-c--X-%20y.csv`],
  ["Blå (1)'s.csv", `attachment; filename="Bl_ (1)'s.csv"; filename*=UTF-8''Bl%C3%A5%20%281%29%27s.csv`],
  ['\ud800.csv', `attachment; filename="_.csv"; filename*=UTF-8''%EF%BF%BD.csv`],
])('%j is saved under a name that headers and file systems take', (name, expected) => {
  expect(attachment(name)).toBe(expected);
});
