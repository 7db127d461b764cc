import { describe, expect, it } from 'vitest';
import { checkPresetCommands, expandPresets, presetNamesIn } from '../../../domain/delivery/image-preset.ts';

describe('the commands of a preset', () => {
  it.each([
    'wid=1200&hei=800&fit=crop&fmt=auto&qlt=85',
    'fit=constrain',
    'extend=10&bgColor=$colour$',
    '$colour=ff0000&bgColor=$colour$',
    '.large on the front page&wid=3000',
    'layer=1&src=is{logo?op_colorize=$colour$&wid=100}&pos=3,3',
    'layer=1&opac=40',
  ])('can be %s', (commands) => {
    expect(() => checkPresetCommands(commands)).not.toThrow();
  });

  it.each([
    ['width=3', 'commands.width: is not an image command'],
    ['wid=0', 'commands.wid: pixels is "0"; it must be a whole number from 1 to 5000'],
    ['layer=1&opac=101', 'commands.layer=1&opac: percent is "101"; it must be a whole number from 0 to 100'],
    ['wid=3&$other$', 'commands: must not contain another preset'],
    ['wid=3&ID=4', 'commands: must not contain id, which does not change the image'],
  ])('cannot be %s', (commands, message) => {
    expect(() => checkPresetCommands(commands)).toThrow(
      expect.objectContaining({ code: 'request.invalid', message: expect.stringContaining(message) }),
    );
  });
});

const presets = new Map([
  [
    'luma',
    [
      { name: 'Large', commands: 'wid=1200&fmt=auto' },
      { name: 'soft', commands: 'op_blur=3' },
      { name: 'saving', commands: 'network=on&wid=3' },
      { name: 'badge', commands: 'layer=1&src=logo&pos=3,3' },
    ],
  ],
  ['other', [{ name: 'large', commands: 'wid=99' }]],
]);

it.each([
  ['$large$', undefined, 'wid=1200&fmt=auto'],
  ['hei=3&$LARGE$&wid=4', 'webp', 'hei=3&wid=1200&fmt=auto,webp&wid=4'],
  ['$soft$&$large$', undefined, 'op_blur=3&wid=1200&fmt=auto'],
  ['$unknown$&$x=3', undefined, '$unknown$&$x=3'],
  // What follows a preset with layers is in the layer of the preset.
  ['$badge$&crop=1,2,3,4', undefined, 'layer=1&src=logo&pos=3,3&layer=comp&crop=1,2,3,4'],
  [
    'layer=2&src=a&$soft$&$badge$&opac=50',
    undefined,
    'layer=2&src=a&op_blur=3&layer=1&src=logo&pos=3,3&layer=2&opac=50',
  ],
  // A nested request uses the presets of its own company.
  ['layer=1&src=is{a?$soft$}', undefined, 'layer=1&src=is%7Ba%3Fop_blur%3D3%7D'],
  [
    'layer=1&src=is{other/a?$large$&mask={m?$large$}}',
    undefined,
    'layer=1&src=is%7Bother%2Fa%3Fwid%3D99%26mask%3Dis%257Bm%253Fwid%253D99%257D%7D',
  ],
  ['layer=1&src=is{other/a?$soft$}', undefined, 'layer=1&src=is%7Bother%2Fa%3F%24soft%24%7D'],
])('%s is expanded for %s to %s', (query, format, expanded) => {
  expect(expandPresets(query, 'luma', presets, { format, isSlow: false })).toBe(expanded);
});

it('network=on of a preset is slow for a visitor with a slow connection', () => {
  expect(expandPresets('$saving$', 'luma', presets, { isSlow: true })).toBe('network=on,slow&wid=3');
  expect(expandPresets('$saving$', 'luma', presets, { isSlow: false })).toBe('network=on&wid=3');
});

it('presets in a query and its nested requests are found once each, without variables', () => {
  const query = '$Large$&$x=1&wid=$x$&$large$&$soft$&layer=1&src=is{other/a?$soft$&$large$&mask={m?$soft$}}';
  expect(presetNamesIn(query, 'luma')).toEqual([
    { company: 'luma', name: 'large' },
    { company: 'luma', name: 'soft' },
    { company: 'other', name: 'soft' },
    { company: 'other', name: 'large' },
  ]);
});
