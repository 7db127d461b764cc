import { describe, expect, it } from 'vitest';
import { readDeliveryPath } from '../../../domain/delivery/delivery-path.ts';
import { copyUrls, deliveryUrls } from '../../../domain/delivery/delivery-urls.ts';

describe('the delivery URL of an asset', () => {
  it.each([
    ['image', 'red shoe', 'image', 'https://cdn.example/is/image/luma/red%20shoe'],
    ['animated-gif', 'dance', 'content', 'https://cdn.example/is/content/luma/dance'],
    ['pdf', 'blå', 'content', 'https://cdn.example/is/content/luma/bl%C3%A5'],
    ['video', 'a#b', 'video', 'https://cdn.example/e2/luma/a%23b'],
  ] as const)('of type %s with the id "%s" is for %s', (type, id, kind, url) => {
    expect(deliveryUrls('cdn.example', { company: 'luma', id, type })).toEqual({ [kind]: url });
    expect(readDeliveryPath(new URL(url).pathname)).toEqual({ kind, company: 'luma', id });
  });
});

describe('the URLs to copy', () => {
  const publication = { version: 7, at: '2026-11-24T08:00:00.000Z', by: 'ann', key: 'luma/image/red' };
  const presets = [{ name: 'Large' }, { name: 'small.v2' }];
  const image = { company: 'luma', id: 'red', type: 'image', publications: {} } as const;

  it('of an image are its own and one for each preset, marked as not live', () => {
    expect(copyUrls('cdn.example', image, presets)).toEqual([
      { kind: 'image', url: 'https://cdn.example/is/image/luma/red', live: false },
      { kind: 'preset', preset: 'Large', url: 'https://cdn.example/is/image/luma/red?$Large$', live: false },
      {
        kind: 'preset',
        preset: 'small.v2',
        url: 'https://cdn.example/is/image/luma/red?$small.v2$',
        live: false,
      },
    ]);
  });

  it('have the version that is live in a second URL', () => {
    const live = { ...image, publications: { 'image-serving': publication } };
    expect(copyUrls('cdn.example', live, presets)).toMatchObject([
      { versionedUrl: 'https://cdn.example/is/image/luma/red?id=7', live: true },
      { versionedUrl: 'https://cdn.example/is/image/luma/red?$Large$&id=7', live: true },
      { live: true },
    ]);
  });

  it.each([
    ['video', 'video', 'image-serving', false],
    ['video', 'video', 'video', true],
    ['pdf', 'content', 'image-serving', true],
  ] as const)('of a %s are one, for %s; live on %s it works: %s', (type, kind, server, live) => {
    const asset = { ...image, type, publications: { [server]: publication } };
    expect(copyUrls('cdn.example', asset, presets)).toMatchObject([{ kind, live }]);
  });

  it.each([
    ['image-set', {}, false],
    ['image-set', { 'image-serving': publication }, true],
    ['adaptive-video-set', { video: publication }, true],
  ] as const)(
    'of the type %s, published as %j, are its members as JSON; live: %s',
    (type, publications, live) => {
      expect(copyUrls('cdn.example', { ...image, type, publications }, presets)).toEqual([
        { kind: 'set', url: 'https://cdn.example/is/image/luma/red?req=set,json', live },
      ]);
    },
  );

  it('of a vignette are none', () => {
    expect(copyUrls('cdn.example', { ...image, type: 'vignette' }, presets)).toEqual([]);
  });
});
