import { describe, expect, it } from 'vitest';
import { readImageQuery } from '../../../domain/delivery/read-image-query.ts';
import { convertUrl } from '../src/converter/convert-url.ts';

const cloudinary = (path: string) => `https://res.cloudinary.com/brightside/image/upload/${path}`;
const encoded = (request: unknown) => `https://d1.cloudfront.net/${btoa(JSON.stringify(request))}`;

describe('a URL of', () => {
  it.each([
    [
      'Dynamic Media Classic keeps its form',
      'https://s7d1.scene7.com/is/image/Brightside/chair?$zoom$&wid=400&hei=300&fit=crop',
      '/is/image/Brightside/chair?$zoom$&wid=400&hei=300&fit=crop',
      ['The image preset "zoom" must exist in the company.'],
    ],
    [
      'Dynamic Media Classic names what is ignored and what is wrong',
      's7d1.scene7.com/is/image/Brightside/chair?wid=wide&utm_source=mail',
      '/is/image/Brightside/chair?wid=wide&utm_source=mail',
      [expect.stringMatching(/^wid: /), 'Ignored, because they are no commands: utm_source.'],
    ],
    [
      'a file',
      'https://s7d9.scene7.com/is/content/Brightside/manual?x=1',
      '/is/content/Brightside/manual',
      [expect.any(String)],
    ],
    [
      'Cloudinary: fill',
      cloudinary('c_fill,g_north_east,w_400,h_300/f_auto/q_auto/chair.jpg'),
      '/is/image/brightside/chair?wid=400&hei=300&fit=crop,1&align=1,-1&fmt=auto&qlt=auto',
      [],
    ],
    [
      'Cloudinary: limit by one side',
      cloudinary('c_limit,w_400/chair.png'),
      '/is/image/brightside/chair?wid=400&fit=constrain&fmt=png-alpha',
      [],
    ],
    [
      'Cloudinary: scale',
      cloudinary('w_400,h_300/chair'),
      '/is/image/brightside/chair?wid=400&hei=300&fit=stretch',
      [],
    ],
    [
      'Cloudinary: pad',
      cloudinary('c_pad,b_rgb:ff8800,w_400,h_400,q_70/chair.jpg'),
      '/is/image/brightside/chair?wid=400&hei=400&fit=fit,1&bgc=ff8800&qlt=70',
      [],
    ],
    [
      'Cloudinary: aspect ratio',
      cloudinary('c_fill,ar_16:9,w_320/chair.jpg'),
      '/is/image/brightside/chair?wid=320&hei=180&fit=crop,1',
      [],
    ],
    [
      'Cloudinary: a part',
      cloudinary('c_crop,x_10,y_20,w_300,h_200/chair.jpg'),
      '/is/image/brightside/chair?crop=10,20,300,200',
      [],
    ],
    [
      'Cloudinary: a face',
      cloudinary('c_thumb,g_face,w_100,h_100/chair.jpg'),
      '/is/image/brightside/chair?wid=100&hei=100&fit=crop,1',
      [expect.stringContaining('focal point')],
    ],
    [
      'Cloudinary: folder, version, signature',
      cloudinary('s--abcd1234--/a_90,e_grayscale,dpr_2.0/v1712/autumn/my_photos/chair.webp'),
      '/is/image/brightside/chair?rotate=90&op_saturation=-100&dpr=on,2&fmt=webp-alpha',
      [
        expect.stringContaining('signature'),
        expect.stringContaining('autumn/my_photos'),
        expect.stringContaining('v1712'),
      ],
    ],
    [
      'Cloudinary: named',
      cloudinary('t_hero/chair.jpg'),
      '/is/image/brightside/chair?$hero$',
      [expect.stringContaining('"hero"')],
    ],
    [
      'Cloudinary: an overlay',
      cloudinary('l_logo,g_south/chair.jpg'),
      '/is/image/brightside/chair?align=0,1',
      ['l_logo has no equivalent.'],
    ],
    [
      'Cloudinary: video',
      'https://res.cloudinary.com/brightside/video/upload/w_300/films/tour.mp4',
      '/e2/brightside/tour',
      [expect.any(String), expect.any(String)],
    ],
    [
      'AWS: JSON',
      encoded({
        bucket: 'b',
        key: 'shop/chair.jpg',
        edits: {
          resize: { width: 400, height: 300, fit: 'inside', withoutEnlargement: true },
          grayscale: true,
          toFormat: 'webp',
          webp: { quality: 70 },
        },
      }),
      '/is/image/company/chair?wid=400&hei=300&fit=constrain&op_saturation=-100&fmt=webp-alpha&qlt=70',
      [expect.stringContaining('shop')],
    ],
    [
      'AWS: JSON with a position',
      encoded({
        key: 'chair.png',
        edits: {
          resize: { width: 400, height: 300, position: 'right top' },
          flip: true,
          flop: true,
          flatten: { background: { r: 255, g: 136, b: 0 } },
        },
      }),
      '/is/image/company/chair?wid=400&hei=300&fit=crop,1&align=1,-1&flip=lrud&bgc=ff8800&fmt=png-alpha',
      [],
    ],
    [
      'AWS: a path',
      'https://d1.cloudfront.net/fit-in/800x600/filters:quality(80):format(avif):convolution(1;2)/chair.jpg',
      '/is/image/company/chair?qlt=80&fmt=avif-alpha&wid=800&hei=600&fit=constrain,1',
      ['The filter convolution has no equivalent.'],
    ],
    [
      'AWS: a part in a path',
      'https://d1.cloudfront.net/10x20:310x220/300x0/chair.jpg',
      '/is/image/company/chair?crop=10,20,300,200&wid=300',
      [],
    ],
    [
      'AWS: a query',
      'https://d1.cloudfront.net/chair.jpg?width=300&height=200&fit=cover&format=webp&flop=true',
      '/is/image/company/chair?wid=300&hei=200&fit=crop,1&fmt=webp-alpha&flip=lr',
      [],
    ],
  ])('%s', (_, url, path, notes) => {
    const converted = convertUrl(url);
    expect(converted?.path).toBe(path);
    expect(converted?.notes).toEqual(notes);
    // What is made of another product's grammar is valid in ours.
    if (converted?.from !== 'Dynamic Media Classic' && path.startsWith('/is/image/'))
      expect(readImageQuery((path.split('?')[1] ?? '').replace(/\$\w+\$/, '')).problems).toBeUndefined();
  });

  it('any product takes the company that is given', () => {
    expect(convertUrl(cloudinary('w_4/a.jpg'), 'luma')?.path).toBe('/is/image/luma/a?wid=4');
    expect(convertUrl('https://s7d1.scene7.com/is/image/A/b', 'luma')?.path).toBe('/is/image/luma/b');
    expect(convertUrl('https://d1.cloudfront.net/a.jpg', 'luma')?.path).toBe('/is/image/luma/a');
  });
});

it.each([
  '',
  'chair',
  'two words',
  'https://example.com/',
  'https://[',
  'https://d1.cloudfront.net/eyJhIjoxfQ===',
])('"%s" is no URL of these products', (text) => {
  expect(convertUrl(text)).toBeUndefined();
});
