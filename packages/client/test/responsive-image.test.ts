import { describe, expect, it } from 'vitest';
import { pictureHtml, responsiveImage } from '../src/responsive-image.ts';

describe('a responsive image', () => {
  it('has a URL for each width, and a usual one', () => {
    const { src, srcset, sizes } = responsiveImage('acme/red-shoe', { fmt: 'auto' });
    const urlOf = (width: number) => `/is/image/acme/red-shoe?fmt=auto&wid=${width}`;
    expect(src).toBe(urlOf(1_152));
    expect(srcset).toBe(
      [320, 480, 768, 1_152, 1_728, 2_560].map((width) => `${urlOf(width)} ${width}w`).join(', '),
    );
    expect(sizes).toBe('100vw');
  });

  it('keeps its proportions at every width', () => {
    const { src, srcset } = responsiveImage(
      'acme/red-shoe',
      { hei: 200, fit: 'crop' },
      { widths: [600, 300, 600], sizes: '50vw', base: 'https://cdn.example.com' },
    );
    expect(src).toBe('https://cdn.example.com/is/image/acme/red-shoe?fit=crop&wid=600&hei=400');
    expect(srcset.split(', ')).toEqual([
      'https://cdn.example.com/is/image/acme/red-shoe?fit=crop&wid=300&hei=200 300w',
      'https://cdn.example.com/is/image/acme/red-shoe?fit=crop&wid=600&hei=400 600w',
    ]);
  });

  it('has the smallest width as the usual one if all are large', () => {
    expect(responsiveImage('acme/a', {}, { widths: [2_000, 3_000] }).src).toMatch('wid=2000');
  });

  it('needs a width', () => {
    expect(() => responsiveImage('acme/a', {}, { widths: [] })).toThrow('widths is empty');
  });
});

describe('the HTML of a picture', () => {
  it('is an img without sources', () => {
    const html = pictureHtml(
      'acme/a',
      { fmt: 'auto' },
      { alt: 'A "red" <shoe> & more', widths: [300], width: 3, height: 2 },
    );
    expect(html).toBe(
      '<img src="/is/image/acme/a?fmt=auto&amp;wid=300" srcset="/is/image/acme/a?fmt=auto&amp;wid=300 300w" ' +
        'sizes="100vw" alt="A &quot;red&quot; &lt;shoe&gt; &amp; more" width="3" height="2" loading="lazy">',
    );
  });

  it('has a source for each media query', () => {
    const html = pictureHtml(
      'acme/a',
      { fmt: 'auto' },
      {
        alt: '',
        widths: [900],
        eager: true,
        sources: [
          { media: '(max-width: 600px)', commands: { fmt: 'auto', hei: 300, fit: 'crop' }, widths: [300] },
        ],
      },
    );
    expect(html).toBe(
      '<picture><source media="(max-width: 600px)" ' +
        'srcset="/is/image/acme/a?fmt=auto&amp;fit=crop&amp;wid=300&amp;hei=300 300w" sizes="100vw">' +
        '<img src="/is/image/acme/a?fmt=auto&amp;wid=900" srcset="/is/image/acme/a?fmt=auto&amp;wid=900 900w" ' +
        'sizes="100vw" alt="" fetchpriority="high"></picture>',
    );
  });
});
