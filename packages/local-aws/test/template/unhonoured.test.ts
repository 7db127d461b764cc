import { expect, it } from 'vitest';
import { unhonouredPaths } from '../../src/template/unhonoured.ts';

it.each<[properties: Record<string, unknown>, honours: string[], paths: string[]]>([
  [{ A: 1 }, ['A'], []],
  [{ A: { B: { C: 1 } } }, ['A'], []],
  [{ A: { B: 1, C: 2 } }, ['A.B'], ['A.C']],
  [{ A: 1, AB: 2 }, ['A'], ['AB']],
  [
    {
      Targets: [
        { Id: 'x', Arn: 'y' },
        { Id: 'x', Retry: {} },
      ],
    },
    ['Targets.Id', 'Targets.Arn'],
    ['Targets.Retry'],
  ],
  [{ Targets: [{ Retry: 1 }, { Retry: 2 }] }, ['Targets.Id'], ['Targets.Retry']],
  [{ A: 'text' }, ['A.B'], []],
])('finds the properties of %j that %j does not cover', (properties, honours, paths) => {
  expect(unhonouredPaths(properties, honours)).toEqual(paths);
});
