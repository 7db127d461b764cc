import { beforeEach, describe, expect, it } from 'vitest';
import { productImageSettings } from '../../../../domain/delivery/image-settings.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { askAgain as ask, cloud, reset } from '../ask.ts';

beforeEach(reset);

const read = () => ask('viewer', { method: 'GET', path: '/image-settings' });
const put = (body: object, headers: Record<string, string> = {}) =>
  ask('admin', { method: 'PUT', path: '/image-settings', body, headers });

const invalidations = () =>
  cloud.messages.filter(({ queueUrl }) => queueUrl === cloudNames.INVALIDATION_QUEUE).map(({ body }) => body);

describe('the image settings of a company', () => {
  it('are those of the product as long as none were saved', async () => {
    expect(await read()).toMatchObject({
      status: 200,
      headers: { etag: '"0"' },
      body: { ...productImageSettings, version: 0 },
    });
  });

  it('are replaced as a whole, and everything of the company is flushed from the CDN', async () => {
    const saved = await put({
      defaultImage: 'red shoe',
      bkgColor: 'F4F1EA',
      thumbnail: { width: 200, type: 'crop' },
      lifetimes: { image: 600 },
    });
    const expected = {
      ...productImageSettings,
      defaultImage: 'red shoe',
      bkgColor: 'f4f1ea',
      thumbnail: { ...productImageSettings.thumbnail, width: 200, type: 'crop' },
      lifetimes: { ...productImageSettings.lifetimes, image: 600 },
      version: 1,
      modifiedBy: 'admin',
    };
    expect(saved).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: expected });
    expect((await read()).body).toEqual(saved.body);
    expect(invalidations()).toEqual([{ company: 'luma', all: true }]);
    // What is not named gets the value of the product again.
    expect((await put({ bkgColor: '000000' })).body).toMatchObject({ defaultImage: null, version: 2 });
  });

  it('are not saved over a change of another admin', async () => {
    expect((await put({ bkgColor: '000000' }, { 'if-match': '"0"' })).status).toBe(200);
    expect(await put({ bkgColor: '111111' }, { 'if-match': '"0"' })).toMatchObject({
      status: 412,
      body: { code: 'settings.stale', detail: 'The image settings were changed; read them again' },
    });
    expect((await put({ bkgColor: '222222' }, { 'if-match': '"1"' })).status).toBe(200);
  });

  it('do not touch the image presets, and presets do not touch them', async () => {
    await put({ bkgColor: '000000' });
    await ask('admin', { method: 'PUT', path: '/image-presets/large', body: { commands: 'wid=9' } });
    expect((await read()).body).toMatchObject({ bkgColor: '000000', version: 1 });
    const { body } = await ask('viewer', { method: 'GET', path: '/image-presets' });
    expect((body.items as { name: string }[]).map(({ name }) => name)).toEqual(['large', 'small']);
  });

  it.each([
    [{ maxPix: { width: 5_001, height: 1 } }, 'maxPix.width', 'must be at most 5000'],
    [{ maxPix: { width: 0, height: 1 } }, 'maxPix.width', 'must be at least 1'],
    [{ defaultPix: { width: 1.5, height: 0 } }, 'defaultPix.width', 'must be a whole number from 0 to 5000'],
    [{ bkgColor: 'red' }, 'bkgColor', 'must be six hexadecimal digits, as in ff8800'],
    [{ jpegQuality: { quality: 0, fullChroma: true } }, 'jpegQuality.quality', 'must be at least 1'],
    [{ resMode: 'nearest' }, 'resMode', 'must be bilin, bicub, sharp2 or bisharp'],
    [{ thumbnail: { type: 'round' } }, 'thumbnail.type', 'must be fit, crop or texture'],
    [{ lifetimes: { image: 36_001 } }, 'lifetimes.image', 'must be at most 36000'],
    [{ lifetimes: { image: 59 } }, 'lifetimes.image', 'must be at least 60'],
    [{ defaultImageStatus: 500 }, 'defaultImageStatus', 'must be 404 or 200'],
    [
      { defaultImage: 'nothing here' },
      'defaultImage',
      "'nothing here' does not exist; name an image of the company, or null",
    ],
  ])('%j is refused: %s %s', async (body, field, message) => {
    const refused = await put(body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toContainEqual({ field, message });
    expect(invalidations()).toEqual([]);
  });
});
