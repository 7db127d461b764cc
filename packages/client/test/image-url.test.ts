import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type CommandName, commandNames } from '../../../domain/delivery/image-commands.ts';
import { parseImageCommand } from '../../../domain/delivery/parse-image-command.ts';
import { unknownNames } from '../../../domain/delivery/read-image-query.ts';
import { type ImageCommands, imageUrl } from '../src/image-url.ts';

const queryOf = (commands: ImageCommands) => imageUrl('acme/red-shoe', commands).split('?')[1] ?? '';

/** Every command with a value, and its text. */
const examples: Record<Exclude<CommandName, 'layer'>, readonly [ImageCommands, string]> = {
  src: [{ src: 'acme/sole' }, 'src=acme%2Fsole'],
  mask: [
    { mask: { image: 'sole', commands: { wid: 30, req: 'mask' } } },
    'mask=is%7Bsole%3Fwid%3D30%26req%3Dmask%7D',
  ],
  color: [{ color: 'ff880080' }, 'color=ff880080'],
  text: [{ text: 'Summer & sale, 50 %\n' }, 'text=Summer%20%26%20sale,%2050%20%25%0A'],
  font: [{ font: 'pixel-font' }, 'font=pixel-font'],
  fontSize: [{ fontSize: [120, 20] }, 'fontSize=120,20'],
  textAlign: [{ textAlign: 'center' }, 'textAlign=center'],
  crop: [{ crop: [430, 220, 480, 360] }, 'crop=430,220,480,360'],
  cropN: [{ cropN: [0.25, 0, 0.5, 1] }, 'cropN=0.25,0,0.5,1'],
  size: [{ size: 200 }, 'size=200'],
  sizeN: [{ sizeN: [0.25, 0.5] }, 'sizeN=0.25,0.5'],
  scale: [{ scale: 0.5 }, 'scale=0.5'],
  res: [{ res: 36 }, 'res=36'],
  flip: [{ flip: 'lr' }, 'flip=lr'],
  rotate: [{ rotate: -15 }, 'rotate=-15'],
  extend: [{ extend: [20, undefined, 20] }, 'extend=20,,20'],
  extendN: [{ extendN: [0.1] }, 'extendN=0.1'],
  bgColor: [{ bgColor: 'f4f1ea' }, 'bgColor=f4f1ea'],
  anchor: [{ anchor: [0, 0] }, 'anchor=0,0'],
  anchorN: [{ anchorN: [-0.5] }, 'anchorN=-0.5'],
  origin: [{ origin: [0, 0] }, 'origin=0,0'],
  originN: [{ originN: 0.5 }, 'originN=0.5'],
  pos: [{ pos: [100, 50] }, 'pos=100,50'],
  posN: [{ posN: 0.25 }, 'posN=0.25'],
  opac: [{ opac: 50 }, 'opac=50'],
  blendMode: [{ blendMode: 'mult' }, 'blendMode=mult'],
  hide: [{ hide: true }, 'hide=1'],
  op_brightness: [{ op_brightness: 20 }, 'op_brightness=20'],
  op_contrast: [{ op_contrast: 30 }, 'op_contrast=30'],
  op_saturation: [{ op_saturation: -100 }, 'op_saturation=-100'],
  op_blur: [{ op_blur: 6 }, 'op_blur=6'],
  op_colorize: [{ op_colorize: ['3366cc', 'off', 10] }, 'op_colorize=3366cc,off,10'],
  rgn: [{ rgn: [0, 0, 480, 360] }, 'rgn=0,0,480,360'],
  scl: [{ scl: 2 }, 'scl=2'],
  wid: [{ wid: 640 }, 'wid=640'],
  hei: [{ hei: 300 }, 'hei=300'],
  fit: [{ wid: 4, fit: ['crop', true] }, 'wid=4&fit=crop,1'],
  align: [{ align: -1 }, 'align=-1'],
  dpr: [{ dpr: ['on', 2] }, 'dpr=on,2'],
  network: [{ network: 'on' }, 'network=on'],
  resMode: [{ resMode: 'sharp' }, 'resMode=sharp'],
  bgc: [{ bgc: '255,209,102' }, 'bgc=255,209,102'],
  op_sharpen: [{ op_sharpen: true }, 'op_sharpen=1'],
  op_usm: [{ op_usm: [1, 1, 4, true] }, 'op_usm=1,1,4,1'],
  rect: [{ rect: [0, 0, 256, 256] }, 'rect=0,0,256,256'],
  fmt: [{ fmt: ['webp-alpha', 'rgb', 'lossless'] }, 'fmt=webp-alpha,rgb,lossless'],
  qlt: [{ qlt: 'auto' }, 'qlt=auto'],
  jpegSize: [{ jpegSize: 20 }, 'jpegSize=20'],
  quantize: [{ fmt: 'gif', quantize: ['adaptive', 'off', 16] }, 'fmt=gif&quantize=adaptive,off,16'],
  iccEmbed: [{ iccEmbed: true }, 'iccEmbed=1'],
  xmpEmbed: [{ xmpEmbed: false }, 'xmpEmbed=0'],
  bfc: [{ bfc: 'on' }, 'bfc=on'],
  req: [{ req: ['imageprops', 'json'] }, 'req=imageprops,json'],
  handler: [{ handler: 'showSet' }, 'handler=showSet'],
  defaultImage: [{ defaultImage: 'coming-soon' }, 'defaultImage=coming-soon'],
  cache: [{ cache: 'off' }, 'cache=off'],
  id: [{ id: 7 }, 'id=7'],
};

describe('the URL of an image', () => {
  it('has company, id and commands, in the order that they are given', () => {
    expect(imageUrl('acme/red-shoe', { wid: 640, fmt: 'auto' })).toBe(
      '/is/image/acme/red-shoe?wid=640&fmt=auto',
    );
    expect(imageUrl('acme/red shoe é', {}, 'https://cdn.example.com/')).toBe(
      'https://cdn.example.com/is/image/acme/red%20shoe%20%C3%A9',
    );
  });

  it.each(commandNames.filter((name) => name !== 'layer'))('can have the command %s', (name) => {
    const [commands, expected] = examples[name];
    expect(queryOf(commands)).toBe(expected);
    // The image server accepts it.
    expect(() => parseImageCommand(queryOf(commands))).not.toThrow();
    expect(unknownNames(expected)).toEqual([]);
  });

  it('has layers and presets', () => {
    const query = queryOf({
      presets: ['large'],
      wid: 400,
      layers: [
        { src: 'acme/shadow', pos: [10, 10] },
        { text: 'Sale', font: 'pixel-font', fontSize: 40, opac: 50 },
      ],
    });
    expect(query).toBe(
      '$large$&wid=400&layer=1&src=acme%2Fshadow&pos=10,10&layer=2&text=Sale&font=pixel-font&fontSize=40&opac=50',
    );
    const { layers } = parseImageCommand(query.replace('$large$&', ''));
    expect(layers).toMatchObject([
      { number: 1, src: { company: 'acme', id: 'shadow' }, pos: { x: 10, y: 10 } },
      { number: 2, text: 'Sale', opac: 50 },
    ]);
  });

  it('keeps the commands of a nested image', () => {
    const query = queryOf({
      layers: [{ src: { image: 'acme/sole', commands: { crop: [1, 2, 3, 4], fmt: 'png' } } }],
    });
    expect(parseImageCommand(query).layers?.[0]?.src).toMatchObject({
      id: 'sole',
      command: { crop: { x: 1, y: 2, width: 3, height: 4 } },
    });
  });

  it('keeps every text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        const { layers } = parseImageCommand(queryOf({ layers: [{ text, font: 'f', fontSize: 9 }] }));
        expect(layers?.[0]?.text).toBe(text);
      }),
    );
  });

  it.each(['red-shoe', '', '/red-shoe', 'acme/', 'acme/autumn/red-shoe'])(
    'needs a company: "%s"',
    (image) => {
      expect(() => imageUrl(image)).toThrow(TypeError);
    },
  );

  it('has the types of the table of commands', () => {
    expectTypeOf<{ fit: 'zoom' }>().not.toExtend<ImageCommands>();
    expectTypeOf<{ fmt: 'bmp' }>().not.toExtend<ImageCommands>();
    expectTypeOf<{ crop: 5 }>().not.toExtend<ImageCommands>();
    expectTypeOf<{ crop: [1, 2, 3] }>().not.toExtend<ImageCommands>();
    expectTypeOf<{ wid: '640' }>().not.toExtend<ImageCommands>();
    expectTypeOf<{ fmt: ['avif', 'rgb'] }>().toExtend<ImageCommands>();
    expectTypeOf<{ qlt: ['auto', true] }>().toExtend<ImageCommands>();
    expectTypeOf<{ layers: [{ wid: 5 }] }['layers'][0]>().not.toExtend<
      NonNullable<ImageCommands['layers']>[number]
    >();
  });
});
