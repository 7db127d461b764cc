import { describe, expect, it } from 'vitest';
import { readDeliveryPath } from '../../../domain/delivery/delivery-path.ts';
import { deliveryUrls } from '../../../domain/delivery/delivery-urls.ts';

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
