import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { samplePicture } from '../support/sample-picture.ts';
import { useConsole } from '../support/use-console.ts';

const app = useConsole();

async function choose(page: Page, name: string, table: string | Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a table' }).click();
  await (await chooser).setFiles([{ name, mimeType: 'text/csv', buffer: Buffer.from(table) }]);
}

const read = (id: string) => app.company.as('viewer').call('readAsset', { params: { id } });
const row = (page: Page, id: string) => page.getByRole('row', { name: new RegExp(`\\b${id}\\b`) });

beforeAll(async () => {
  const names = ['bag', 'coat', 'hat'];
  const files = await Promise.all(
    names.map(async (name, index) => ({ name: `${name}.jpg`, content: await samplePicture(index) })),
  );
  await app.company.upload(files, { publishAfterUploading: false, folder: '/autumn/' });
  await app.company.as('user').call('editMetadata', {
    params: { id: 'bag' },
    body: { title: 'Bag; “brown”', keywords: ['leather', 'sale'], fields: { season: '=autumn' } },
  });
});

describe('metadata by CSV', () => {
  it('exports what the library shows, and a selection', async () => {
    const page = await app.open('viewer', '/library?folder=/autumn/');
    await page.getByRole('gridcell', { name: /\bbag / }).waitFor();
    const exported = async (start: () => Promise<void>) => {
      const download = page.waitForEvent('download');
      await start();
      return readFile(await (await download).path(), 'utf8');
    };
    const header = 'id,folder,type,title,description,altText,keywords,liveFrom,liveUntil,fields.season';
    const bag = `bag,/autumn/,image,"Bag; “brown”",,,leather; sale,,,'=autumn`;
    const all = await exported(async () => {
      await page.getByRole('button', { name: 'Metadata', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Export metadata of 3 assets' }).click();
    });
    expect(all.replace('"Bag; “brown”"', 'Bag; “brown”')).toBe(
      `\uFEFF${header}\r\n${bag.replaceAll('"', '')}\r\ncoat,/autumn/,image,,,,,,,\r\nhat,/autumn/,image,,,,,,,\r\n`,
    );
    const one = await exported(async () => {
      await page.getByRole('gridcell', { name: /\bbag / }).click();
      await page.getByRole('button', { name: 'File', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Export metadata' }).click();
    });
    expect(one).toBe(`${all.split('\r\n').slice(0, 2).join('\r\n')}\r\n`);
    const found = await exported(async () => {
      await page.goto(`${app.address}/${app.company.name}/library?q=coat`);
      await page.getByRole('gridcell', { name: /\bcoat / }).waitFor();
      await page.getByRole('button', { name: 'Metadata', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Export metadata of 1 asset' }).click();
    });
    expect(found.split('\r\n')[1]).toMatch(/^coat,/);
  });

  it('is not there for viewers', async () => {
    const page = await app.open('viewer', '/library/metadata');
    await page.getByText('There is no page at this address').waitFor();
  });

  it('says what is wrong with a file before anything is sent', async () => {
    await app.look('metadata-import', 'user', '/library/metadata', (page) =>
      page.getByRole('button', { name: 'Choose a table' }).waitFor(),
    );
    const page = await app.open('user', '/library/metadata');
    await choose(page, 'a.csv', 'id,title\n');
    await page.getByText('The table has no rows below its header.').waitFor();
    await choose(page, 'a.csv', 'id,title\nbag\n');
    await page.getByText('Line 2: the row has not as many cells as the header.').waitFor();
    await choose(page, 'a.csv', Buffer.from('id,title\nbag,T\u00fcte\n', 'latin1'));
    await page.getByText('The file is not UTF-8').waitFor();
    app.expectProblems(/400/);
    await choose(page, 'a.csv', 'id,titel\nbag,x\n');
    await page.getByText(/column titel/).waitFor();
    app.expectProblems(/403/);
    const problem = { status: 403, code: 'access.role-too-low', detail: 'You need the role user' };
    await page.route('**/metadata/import', (route) => route.fulfill({ status: 403, json: problem }));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('You need the role user').waitFor();
  });

  it('shows problems by row and column and what would change, and applies the rest', async () => {
    const table = [
      'id;title;keywords;addKeywords;delete',
      `bag;Brown bag;;new;`,
      `coat;${'x'.repeat(300)};;;`,
      'hat;;;;yes',
      'scarf;Scarf;;;',
      'bag;Again;;;',
    ].join('\r\n');
    const check = async (page: Page) => {
      await choose(page, 'autumn.csv', table);
      await page.getByText('What autumn.csv would change').waitFor();
    };
    await app.look('metadata-checked', 'user', '/library/metadata', async (page) => {
      await check(page);
      await page.getByText(/must have at most 255 characters/).waitFor();
      await page.getByRole('button', { name: /^Rows/ }).click();
      await page.getByRole('option', { name: 'All (5)' }).click();
      await page.getByText('Brown bag').waitFor();
    });
    const page = await app.open('user', '/library/metadata');
    await check(page);
    await row(page, 'scarf').getByText('id: There is no asset scarf').waitFor();
    await page.getByText('id: bag is in row 2 too').waitFor();
    await page.getByText('3 rows with problems will be left out').waitFor();
    await page.getByRole('button', { name: /^Rows/ }).click();
    await page.getByRole('option', { name: 'All (5)' }).click();
    await row(page, 'bag').first().getByText('Bag; “brown”').waitFor();
    await page.getByRole('button', { name: 'Change 1 asset, delete 1' }).click();
    await page
      .getByRole('dialog', { name: 'Delete 1 asset?' })
      .getByRole('button', { name: 'Change 1 asset, delete 1' })
      .click();
    await page.getByText('What autumn.csv has changed').waitFor();
    await page.getByText('1 asset changed, 1 asset in the trash').first().waitFor();
    expect(await read('bag')).toMatchObject({
      title: 'Brown bag',
      keywords: expect.arrayContaining(['leather', 'sale', 'new']),
    });
    expect((await read('hat')).trashed).toBeDefined();
    expect((await read('coat')).title).toBeUndefined();
  });

  it('goes on while other pages are open, and after an error', async () => {
    const page = await app.open('user', '/library/metadata');
    await choose(
      page,
      'big.csv',
      ['id,title', 'bag,Bag', ...Array.from({ length: 1_500 }, (_, n) => `no-${n},x`)].join('\n'),
    );
    await page.getByText('1,500 rows with problems will be left out').waitFor({ timeout: 60_000 });
    app.expectProblems(/500/);
    await page.route('**/metadata/import', (route) =>
      route.fulfill({ status: 500, json: { detail: 'It broke' } }),
    );
    await page.getByRole('button', { name: 'Change 1 asset' }).click();
    await page.getByText('It broke').first().waitFor();
    await page.unroute('**/metadata/import');
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    await page.goBack();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('What big.csv has changed').waitFor();
    expect((await read('bag')).title).toBe('Bag');
  });
});
