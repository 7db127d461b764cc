import { beforeEach, describe, expect, it } from 'vitest';
import { maxImagePresets } from '../../../../domain/delivery/image-preset.ts';
import { cloudNames } from '../../../support/cloud-names.ts';
import { askAgain as ask, cloud, reset } from '../ask.ts';

beforeEach(reset);

const put = (name: string, commands: string, headers: Record<string, string> = {}) =>
  ask('admin', { method: 'PUT', path: `/image-presets/${name}`, body: { commands }, headers });

const invalidations = () =>
  cloud.messages.filter(({ queueUrl }) => queueUrl === cloudNames.INVALIDATION_QUEUE).map(({ body }) => body);

const list = () => ask('viewer', { method: 'GET', path: '/image-presets' });

describe('the image presets of a company', () => {
  it('are made, replaced and listed by name, and their images are flushed from the CDN', async () => {
    const made = await put('large', 'wid=1200&fmt=auto');
    expect(made).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: { name: 'large', commands: 'wid=1200&fmt=auto', version: 1, modifiedBy: 'admin' },
    });
    const replaced = await put('Large', 'wid=1300');
    expect(replaced).toMatchObject({ body: { name: 'Large', commands: 'wid=1300', version: 2 } });
    expect((await list()).body).toMatchObject({
      items: [
        { name: 'Large', commands: 'wid=1300', version: 2 },
        { name: 'small', commands: 'wid=200' },
      ],
    });
    expect(invalidations()).toEqual([
      { company: 'luma', preset: 'large' },
      { company: 'luma', preset: 'large' },
    ]);
  });

  it('are not saved over a change of another admin', async () => {
    await put('large', 'wid=1200');
    const other = await put('large', 'wid=1300', { 'if-match': '"1"' });
    expect(other.status).toBe(200);
    const late = await put('large', 'wid=1400', { 'if-match': '"1"' });
    expect(late).toMatchObject({
      status: 412,
      body: { code: 'preset.stale', detail: 'The image preset large was changed; read it again' },
    });
    // That of a preset that does not exist is 0.
    expect((await put('new', 'wid=1', { 'if-match': '"1"' })).status).toBe(412);
    expect((await put('new', 'wid=1', { 'if-match': '"0"' })).status).toBe(200);
  });

  it('are changed by two admins at once without one undoing the other', async () => {
    await Promise.all([put('one', 'wid=1'), put('two', 'wid=2'), put('three', 'wid=3')]);
    const { body } = await list();
    expect((body.items as { name: string }[]).map(({ name }) => name)).toEqual([
      'one',
      'small',
      'three',
      'two',
    ]);
  });

  it('are deleted', async () => {
    const deleted = await ask('admin', { method: 'DELETE', path: '/image-presets/SMALL' });
    expect(deleted).toMatchObject({ status: 200, body: { name: 'small', commands: 'wid=200' } });
    expect((await list()).body).toEqual({ items: [] });
    expect(invalidations()).toEqual([{ company: 'luma', preset: 'small' }]);
    const again = await ask('admin', { method: 'DELETE', path: '/image-presets/small' });
    expect(again).toMatchObject({ status: 404, body: { detail: 'There is no image preset small' } });
  });

  it.each([
    ['large', 'width=3', 'commands.width', 'is not an image command'],
    ['large', 'wid=0', 'commands.wid', 'pixels is "0"; it must be a whole number from 1 to 5000'],
    ['large', '', 'commands', 'must not be empty'],
    ['large', 'x'.repeat(1_001), 'commands', 'must have at most 1000 characters'],
    [
      '9',
      'wid=3',
      'name',
      'must be 1 to 60 letters, digits, dots, hyphens and underscores, and begin with a letter',
    ],
    ['a%20b', 'wid=3', 'name', 'must be 1 to 60 letters'],
  ])('%s with %.20s is refused: %s %s', async (name, commands, field, message) => {
    const { status, body } = await put(name, commands);
    expect(status).toBe(400);
    expect(body.errors).toContainEqual({ field, message: expect.stringContaining(message) });
  });

  it(`are at most ${maxImagePresets}`, async () => {
    for (let index = 1; index < maxImagePresets; index += 1)
      expect((await put(`p${index}`, 'wid=1')).status).toBe(200);
    expect(await put('more', 'wid=1')).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            field: 'name',
            message: `a company has at most ${maxImagePresets} image presets; delete one first`,
          },
        ],
      },
    });
    // One that exists can still be changed.
    expect((await put('small', 'wid=1')).status).toBe(200);
  });
});
