import { describe, expect, it } from 'vitest';
import { checkPresetCommands, expandPresets, presetNamesIn } from '../../../domain/delivery/image-preset.ts';

describe('the commands of a preset', () => {
  it.each([
    'wid=1200&hei=800&fit=crop&fmt=auto&qlt=85',
    'fit=constrain',
    'extend=10&bgColor=$colour$',
    '$colour=ff0000&bgColor=$colour$',
    '.large on the front page&wid=3000',
  ])('can be %s', (commands) => {
    expect(() => checkPresetCommands(commands)).not.toThrow();
  });

  it.each([
    ['width=3', 'commands.width: is not an image command'],
    ['wid=0', 'commands.wid: pixels is "0"; it must be a whole number from 1 to 5000'],
    ['wid=3&$other$', 'commands: must not contain another preset'],
    ['wid=3&ID=4', 'commands: must not contain id, which does not change the image'],
  ])('cannot be %s', (commands, message) => {
    expect(() => checkPresetCommands(commands)).toThrow(
      expect.objectContaining({ code: 'request.invalid', message: expect.stringContaining(message) }),
    );
  });
});

const presets = [
  { name: 'Large', commands: 'wid=1200&fmt=auto' },
  { name: 'soft', commands: 'op_blur=3' },
];

it.each([
  ['$large$', undefined, 'wid=1200&fmt=auto'],
  ['hei=3&$LARGE$&wid=4', 'webp', 'hei=3&wid=1200&fmt=auto,webp&wid=4'],
  ['$soft$&$large$', undefined, 'op_blur=3&wid=1200&fmt=auto'],
  ['$unknown$&$x=3', undefined, '$unknown$&$x=3'],
])('%s is expanded for %s to %s', (query, format, expanded) => {
  expect(expandPresets(query, presets, { format, isSlow: false })).toBe(expanded);
});

it('network=on of a preset is slow for a visitor with a slow connection', () => {
  const given = [{ name: 'saving', commands: 'network=on&wid=3' }];
  expect(expandPresets('$saving$', given, { isSlow: true })).toBe('network=on,slow&wid=3');
  expect(expandPresets('$saving$', given, { isSlow: false })).toBe('network=on&wid=3');
});

it('presets in a query are found once each, without variables', () => {
  expect(presetNamesIn('$Large$&$x=1&wid=$x$&$large$&$soft$')).toEqual(['large', 'soft']);
});
