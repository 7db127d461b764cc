import { describe, expect, it } from 'vitest';
import { convertEmbedCode } from '../src/convert-embed-code.ts';

const modules = 'https://cdn.example.com/viewers/1.0.0/';
const convert = (code: string) => convertEmbedCode(code, modules);
const spin = `<script type="module" src="${modules}spin.js"></script>\n<pressroom-spin asset="luma/shoe-spin"></pressroom-spin>`;

describe('embed code of other viewers', () => {
  it.each([
    [
      'a script with an object',
      `var v = new s7viewers.SpinViewer({ "containerId": "a", "params": { "asset": "luma/shoe-spin", "serverurl": "https://old.example/is/image/" } }).init();`,
    ],
    [
      'a script with calls',
      `var v = new s7viewers.SpinViewer(); v.setContainerId('a'); v.setParam('serverurl', 'https://old.example/is/image/'); v.setAsset('luma/shoe-spin'); v.init();`,
    ],
    [
      'a script with parameters',
      `var v = new s7viewers.SpinViewer(); v.setParam("asset", "luma/shoe-spin"); v.init();`,
    ],
    [
      'the address of a page',
      '<iframe src="https://old.example/s7viewers/html5/SpinViewer.html?asset=luma/shoe-spin&amp;serverUrl=https://old.example/is/image/"></iframe>',
    ],
  ])('is converted from %s', (_, code) => {
    expect(convert(code)).toEqual({ html: spin, notes: [] });
  });

  it('is converted viewer by viewer, each module loaded once', () => {
    const { html } = convert(
      `new s7viewers.ZoomViewer({params: {asset: 'luma/a'}}); new s7viewers.ZoomViewer({params: {asset: 'luma/b'}});`,
    );
    expect(html.split('\n')).toEqual([
      `<script type="module" src="${modules}image-set.js"></script>`,
      '<pressroom-image-set asset="luma/a"></pressroom-image-set>',
      '<pressroom-image-set asset="luma/b"></pressroom-image-set>',
    ]);
  });

  it.each([
    ['new s7viewers.PanoramicViewer({params:{asset:"luma/a"}})', /PanoramicViewer has no counterpart/],
    ['new s7viewers.SpinViewer().init()', /no asset was found/],
    [
      'new s7viewers.SpinViewer({params:{asset:"luma/a",config:"luma/Dark"}})',
      /the preset luma\/Dark was left out/,
    ],
    ['<p>no viewer</p>', /No viewer was found/],
  ])('names what a person has to look at: %s', (code, note) => {
    expect(convert(code).notes.join()).toMatch(note);
  });

  it('cannot leave its attribute', () => {
    expect(convert(`new s7viewers.SpinViewer({params: {"asset": 'a"><script>'}})`).html).not.toContain(
      '"><script>',
    );
  });
});
