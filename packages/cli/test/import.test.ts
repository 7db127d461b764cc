import { createWriteStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json } from '../../client/test/fake-fetch.ts';
import { idProblem, uploadName } from '../src/uploads/id-rule.ts';
import { csvColumns, csvRows, membersInCell } from '../src/uploads/import/csv-rows.ts';
import { dmcXmlRows, indexOfDmcXml } from '../src/uploads/import/dmc-xml-rows.ts';
import type { ImportRow, ReadRows } from '../src/uploads/import/import-row.ts';
import { membersOfDefinition } from '../src/uploads/import/set-definition.ts';
import { sha256 } from './fake-library.ts';
import { importLibrary } from './import-library.ts';
import { checkedError, runCli, signedIn, temporaryFolder, writeFiles } from './run-cli.ts';

async function all(read: ReadRows): Promise<ImportRow[]> {
  const rows: ImportRow[] = [];
  for await (const row of read()) rows.push(row);
  return rows;
}

function fileWith(content: string | Uint8Array, name = 'library.csv'): string {
  const folder = temporaryFolder();
  writeFiles(folder, { [name]: content });
  return join(folder, name);
}

const tableRows = (content: string, base = '/') => all(csvRows(fileWith(content), base));

async function xmlRows(content: string, { base = '/', flat = false } = {}): Promise<ImportRow[]> {
  const file = fileWith(content, 'library.xml');
  return all(dmcXmlRows(file, base, await indexOfDmcXml(file), flat));
}

const assetsXml = (items: string) => `<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<ns1:searchAssetsReturn xmlns:ns1="http://www.scene7.com/IpsApi/xsd"><ns1:totalRows>1</ns1:totalRows>
<ns1:assetArray>${items}</ns1:assetArray></ns1:searchAssetsReturn></s:Body></s:Envelope>`;

const shoe = `<items><assetHandle>a|1|1|1</assetHandle><type>Image</type><name>red shoe</name>
  <fileName>red shoe.tif</fileName><folder>Acme/Shoes/Red/</folder><readyForPublish>true</readyForPublish>
  <trashState>NotInTrash</trashState>
  <metadataArray><items><name>Keywords</name><value>shoes, red</value></items>
    <items><name>Shoot Day</name><dateVal>2026-03-01</dateVal></items></metadataArray>
  <imageInfo><originalPath>x/</originalPath><description>A &lt;red&gt; shoe</description><sku>4711</sku>
    <urlModifier>op_sharpen=1&amp;qlt=90</urlModifier></imageInfo></items>`;

describe('A table of an import', () => {
  it('has assets, sets and presets, in commas, semicolons or tabs', async () => {
    const table = [
      'type;id;file;folder;published;title;fields.sku;members;commands;modifier',
      ';;Shoes/red.tif;Shoes;yes;"Red; shoe";4711;;;op_sharpen=1',
      'spin-set;spin;;/Sets/;no;;;a; b / c; d;;',
      'preset;large;;;;;;;wid=1200;',
    ];
    const quoted = table.join('\r\n').replace('a; b / c; d', '"a; b / c; d"');
    expect(await tableRows(`\uFEFF${quoted}\r\n`, '/old/')).toEqual([
      {
        ...{ kind: 'asset', row: 2, id: 'red', file: 'Shoes/red.tif', folder: '/old/Shoes/' },
        ...{ publish: 'yes', metadata: { title: 'Red; shoe', 'fields.sku': '4711' } },
        modifier: 'op_sharpen=1',
      },
      {
        ...{ kind: 'set', row: 3, id: 'spin', type: 'spin-set', folder: '/old/Sets/', publish: 'no' },
        metadata: {},
        members: [
          { id: 'a', row: 0 },
          { id: 'b', row: 0 },
          { id: 'c', row: 1 },
          { id: 'd', row: 1 },
        ],
      },
      { kind: 'preset', row: 4, id: 'large', commands: 'wid=1200' },
    ]);
  });

  it('names members with labels and swatches', () => {
    expect(membersInCell('front|Front view|front-sw; back||#FF0000;;')).toEqual([
      { id: 'front', label: 'Front view', swatch: { id: 'front-sw' } },
      { id: 'back', swatch: { color: '#FF0000' } },
    ]);
  });

  it.each([
    ['id,type\n,asset', 'id: is missing'],
    ['id,published\na,maybe', 'published: must be yes, no, wait or empty, not "maybe"'],
    ['id,type\na,picture', 'type: must be asset, preset, image-set'],
    ['id,type\na,image-set', 'members: a set needs at least one'],
    ['id,type\na,preset', 'commands: a preset needs image commands'],
  ])('with the row %j has a wrong row', async (table, message) => {
    expect(await tableRows(table)).toMatchObject([
      { kind: 'wrong', row: 2, message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['', 'The table is empty'],
    ['id,colour\na,red', '"colour" is not a column of an import. Columns are type, id, file'],
    ['id,id\na,b', 'The column "id" is there twice'],
    ['title\na', 'The table needs the column id or file'],
    ['id,title\na', 'The row has not as many cells as the header'],
    ['id,title\na,"b', 'A quotation mark is not closed'],
  ])('that is %j is refused', async (table, message) => {
    await expect(tableRows(table)).rejects.toThrow(message);
  });

  it('in another encoding than UTF-8 is refused', async () => {
    const file = fileWith(Buffer.from('id,title\na,caf\xe9', 'latin1'));
    await expect(all(csvRows(file, '/'))).rejects.toThrow('is not a text in UTF-8');
  });

  it('has the columns that docs/migration.md describes', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'migration.md'), 'utf8');
    const part = page.slice(page.indexOf('## The table'), page.indexOf('## XML'));
    const columns = [...part.matchAll(/^\| `([\w.<>]+)`/gm)].map(([, name]) => name);
    expect(columns).toEqual([...csvColumns, 'fields.<name>']);
  });
});

describe('XML of Dynamic Media Classic', () => {
  it('has assets with their folder below the company, state, metadata and commands', async () => {
    expect(await xmlRows(assetsXml(shoe), { base: '/old/' })).toEqual([
      {
        ...{ kind: 'asset', row: 1, id: 'red shoe', file: 'Shoes/Red/red shoe.tif' },
        ...{ folder: '/old/Shoes/Red/', publish: 'yes', modifier: 'op_sharpen=1&qlt=90' },
        metadata: {
          description: 'A <red> shoe',
          'fields.sku': '4711',
          keywords: 'shoes; red',
          'fields.Shoot_Day': '2026-03-01',
        },
      },
    ]);
    expect(await xmlRows(assetsXml(shoe), { flat: true })).toMatchObject([{ file: 'red shoe.tif' }]);
  });

  it('has image presets, and sets with their members by definition or by getImageSetMembers', async () => {
    const set = (handle: string, name: string, type: string, info = '') =>
      `<items><assetHandle>${handle}</assetHandle><type>${type}</type><name>${name}</name>
       <folder>Acme/</folder><readyForPublish>false</readyForPublish>${info}</items>`;
    const media = `<subType>MediaSet</subType><assetSetInfo><setDefinition>\${getCatalogId([a|1|1|1])};\${getCatalogId([a|1|1|1])};1,Acme/spin;Acme/thumb;5</setDefinition></assetSetInfo>`;
    const rows = await xmlRows(
      assetsXml(`${shoe}${set('s1', 'spin', 'SpinSet')}${set('s2', 'both', 'AssetSet', media)}${set('s3', 'none', 'ImageSet')}
      </ns1:assetArray></ns1:searchAssetsReturn>
      <getImageSetMembersReturn assetHandle="s1"><memberArray>
        <items><asset><assetHandle>a|1|1|1</assetHandle><name>red shoe</name></asset><pageReset>true</pageReset></items>
        <items><asset><name>blue shoe</name></asset></items></memberArray></getImageSetMembersReturn>
      <getImageFormatsReturn><imageFormatArray><items><name>large</name>
        <urlModifier>wid=400&amp;hei=400&amp;
          fmt=jpeg</urlModifier></items></imageFormatArray></getImageFormatsReturn>
      <ns1:searchAssetsReturn><ns1:assetArray>`),
    );
    expect(rows.slice(1)).toEqual([
      {
        ...{ kind: 'set', row: 2, id: 'spin', type: 'spin-set', folder: '/', publish: 'no', metadata: {} },
        members: [{ id: 'red shoe' }, { id: 'blue shoe' }],
      },
      {
        ...{ kind: 'set', row: 3, id: 'both', type: 'mixed-media-set', folder: '/', publish: 'no' },
        metadata: {},
        members: [{ id: 'red shoe' }, { id: 'spin', swatch: { id: 'thumb' } }],
      },
      {
        ...{ kind: 'wrong', row: 4, id: 'none' },
        message: expect.stringContaining('getImageSetMembers, with the attribute assetHandle'),
      },
      { kind: 'preset', row: 5, id: 'large', commands: 'wid=400&hei=400&fmt=jpeg' },
    ]);
  });

  it.each([
    ['<type>AdjustedView</type>', 'left-out', 'AdjustedView: is made of another image'],
    ['<type>Image</type><trashState>InTrash</trashState>', 'left-out', 'is in the trash'],
    [
      '<type>AssetSet</type><subType>OfferSet</subType>',
      'left-out',
      'sets of the type "OfferSet" are unknown',
    ],
    ['', 'wrong', 'type: is missing'],
  ])('with %s has a row that is %s', async (fields, kind, message) => {
    const items = `<items><name>a</name>${fields}</items>`;
    expect(await xmlRows(assetsXml(items))).toMatchObject([
      { kind, message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    [
      'an entity that multiplies',
      '<!DOCTYPE a [<!ENTITY x "xxxx">]><a>&x;</a>',
      'Document types are not allowed',
    ],
    ['an unknown entity', assetsXml('<items><name>&x;</name></items>'), 'not well-formed'],
    ['an end that is missing', assetsXml('<items>').slice(0, -40), 'not well-formed'],
    ['deep nesting', '<a>'.repeat(100), 'nested deeper than 64'],
  ])('with %s is refused', async (_, xml, message) => {
    await expect(xmlRows(xml)).rejects.toThrow(message);
  });

  it('is refused if one asset or one text would fill the memory', async () => {
    const file = join(temporaryFolder(), 'large.xml');
    const write = async (begin: string, piece: string, times: number) => {
      const stream = createWriteStream(file);
      stream.write(begin);
      for (let count = 0; count < times; count += 1) stream.write(piece);
      await new Promise((resolve) => stream.end(resolve));
    };
    await write('<assetArray><items>', '<a/>'.repeat(1_000), 201);
    await expect(indexOfDmcXml(file)).rejects.toThrow('contains more than 200000 others');
    await write('<assetArray><items><name>', 'x'.repeat(1_000_000), 17);
    await expect(indexOfDmcXml(file)).rejects.toThrow('more than 16 million characters');
  });
});

describe('A set definition', () => {
  const handles: Readonly<Record<string, string>> = { 'a|1|22|1': 'one', 'a|1036|19|144': 'film' };
  const idOf = (handle: string) => handles[handle];

  it.each([
    [
      'Acme/a;Acme/a-sw,Acme/b;0xFF0000',
      'swatch-set',
      [
        { id: 'a', swatch: { id: 'a-sw' } },
        { id: 'b', swatch: { color: 'ff0000' } },
      ],
    ],
    [
      'Acme/a,Acme/b',
      'swatch-set',
      [
        { id: 'a', swatch: { id: 'a' } },
        { id: 'b', swatch: { id: 'b' } },
      ],
    ],
    [
      '{Acme/a,Acme/b},{Acme/c,Acme/d}',
      'spin-set',
      [
        { id: 'a', row: 0 },
        { id: 'b', row: 0 },
        { id: 'c', row: 1 },
        { id: 'd', row: 1 },
      ],
    ],
    ['{Acme/a,Acme/b}', 'spin-set', [{ id: 'a' }, { id: 'b' }]],
    [
      `\${getCatalogId([a|1|22|1])},\${getFilePath([a|1036 \n|19|144])}`,
      'mixed-media-set',
      [{ id: 'one' }, { id: 'film' }],
    ],
    ['Acme/Videos/Film.v2.mp4;Acme/one;2', 'mixed-media-set', [{ id: 'Film.v2', swatch: { id: 'one' } }]],
    ['Acme/p1,Acme/p2;Acme/p2:Label', 'ecatalog', [{ id: 'p1' }, { id: 'p2' }]],
  ] as const)('%j of a %s is read', (definition, type, members) => {
    expect(membersOfDefinition(definition, type, idOf)).toEqual(members);
  });

  it.each([
    [`\${getCatalogId([a|9|9|9])}`, 'no asset with the handle a|9|9|9'],
    [`\${broken`, 'cannot be read'],
  ])('%j says what is wrong', (definition, problem) => {
    expect(membersOfDefinition(definition, 'image-set', idOf)).toEqual({
      problem: expect.stringContaining(problem),
    });
  });
});

describe('Ids of an import', () => {
  it.each([
    ['red shoe', undefined],
    ['a&b', 'Nearest: "ab"'],
    ['.hidden', 'is not a valid id'],
    ['x'.repeat(201), 'is not a valid id'],
    ['a\u202eb', 'U+202E'],
  ])('%j are checked by the rule of the API', (id, problem) => {
    const found = idProblem(id);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  it('stay as they are, whatever the file is called', () => {
    expect(uploadName('red shoe', 'originals/IMG_1.TIF')).toEqual({ name: 'red shoe.TIF' });
    expect(uploadName('v1.2', 'v1.2.jpg')).toEqual({ name: 'v1.2.jpg' });
    expect(uploadName('v1.2', 'folder.x/original')).toEqual({
      problem: expect.stringContaining('needs an extension'),
    });
  });
});

const table = [
  'type,id,file,folder,published,title,members,commands,postModifier',
  ',one,in/IMG_1.png,/shop/,yes,One,,,',
  ',two,two.png,/shop/,no,,,,op_blur=1',
  ',three,three.png,,wait,,,,',
  'mixed-media-set,both,,/sets/,yes,,spin; two,,',
  'spin-set,spin,,/sets/,no,Spin,one; three,,',
  'preset,large,,,,,,wid=1200,',
].join('\n');
const files = { 'files/in/IMG_1.png': '1', 'files/two.png': '22', 'files/three.png': '333' };

function start(content = table, more: Readonly<Record<string, string>> = files) {
  const folder = temporaryFolder();
  writeFiles(folder, { 'library.csv': content, ...more });
  return folder;
}

const run = (
  folder: string,
  library: ReturnType<typeof importLibrary>,
  words: readonly string[] = [],
  more = {},
) =>
  runCli(['import', 'dmc', 'library.csv', ...words, '--json'], {
    fetch: library.fetch,
    folder,
    env: { ...signedIn, PRESSROOM_HOME: join(folder, '.home') },
    ...more,
  });

const outcomes = (lines: readonly Readonly<Record<string, unknown>>[]) =>
  lines
    .filter(({ kind }) => kind === 'row')
    .map(({ id, outcome, message }) => [id, outcome, ...(message ? [message] : [])]);

describe('pressroom import dmc', () => {
  it('imports presets, assets and sets with their publish state, and members before their sets', async () => {
    const folder = start();
    const library = importLibrary();
    const { exitCode, lines } = await run(folder, library, ['--files', 'files', '--folder', 'old']);
    expect(outcomes(lines)).toEqual([
      ['large', 'imported'],
      ['one', 'imported'],
      ['two', 'imported'],
      ['three', 'imported'],
      ['spin', 'imported'],
      ['both', 'imported'],
    ]);
    expect(lines.at(-1)).toEqual({
      kind: 'summary',
      dryRun: false,
      imported: 6,
      done: 0,
      failed: 0,
      leftOut: 0,
    });
    expect(exitCode).toBe(0);
    expect([...library.assets.values()].map(({ id, folder: place, intent }) => [id, place, intent])).toEqual([
      ['one', '/old/shop/', 'live'],
      ['two', '/old/shop/', 'held'],
      ['three', '/old/', 'pending'],
    ]);
    expect(library.assets.get('two')?.modifiers).toEqual({ postModifier: 'op_blur=1' });
    expect([...library.sets.keys()]).toEqual(['spin', 'both']);
    expect(library.presets.get('large')).toBe('wid=1200');
    expect(library.tables).toEqual(['id,title\r\none,One', 'id,title\r\nspin,Spin']);
    // Nothing is left to be continued.
    expect(readdirSync(join(folder, '.home', 'imports'))).toEqual([]);
  });

  it('changes nothing in a dry run, and says what would fail', async () => {
    const folder = start(`${table}\n,gone,gone.png,,,,,,\nimage-set,set,,,,,one; nowhere,,`);
    const library = importLibrary();
    const { exitCode, lines } = await run(folder, library, ['--files', 'files', '--dry-run']);
    expect(exitCode).toBe(7);
    expect(outcomes(lines).filter(([, outcome]) => outcome !== 'planned')).toEqual([
      ['gone', 'failed', expect.stringContaining('gone.png does not exist')],
      ['set', 'failed', 'members: the library has no asset nowhere'],
    ]);
    expect(lines.at(-1)).toMatchObject({ dryRun: true, imported: 6, failed: 2 });
    expect(library.calls.filter((call) => !/GET|assets\/read/.test(call))).toEqual([]);
    expect(readdirSync(folder)).not.toContain('.home');
  });

  it('says of each row why it failed, writes a report, and does the rest', async () => {
    const rows = [
      'type,id,file,title,commands,members',
      ',good,a.png,,,',
      ',good,b.png,,,',
      ',bad&id,a.png,,,',
      ',renamed,b.png,,,',
      ',refused,c.png,,,',
      ',taken,d.png,,,',
      ',binned,d.png,,,',
      ',outside,../../etc/passwd,,,',
      ',titled,e.png,wrong,,',
      ',absent,,,,',
      'preset,my preset,,,wid=1,',
      'image-set,views,,,,good; absent',
    ].join('\n');
    const pictures = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`files/${name}.png`, name]));
    const folder = start(rows, pictures);
    const library = importLibrary({ renames: ['renamed'], refuses: ['refused'] });
    const other = {
      type: 'image',
      folder: '/',
      bytes: 1,
      sha256: sha256('other'),
      intent: 'live',
      published: true,
    };
    library.assets.set('taken', {
      ...other,
      id: 'taken',
      fileName: 'taken.png',
      uploadJobId: 'X'.repeat(26),
    });
    library.assets.set('binned', {
      ...other,
      id: 'binned',
      fileName: 'binned.png',
      trashed: { at: '', by: '' },
    });
    const { exitCode, lines } = await run(folder, library, ['--files', 'files', '--report', 'failed.csv']);
    expect(exitCode).toBe(7);
    const messages = Object.fromEntries(outcomes(lines).map(([id, , message]) => [id, message]));
    expect(outcomes(lines)).toHaveLength(12);
    expect(outcomes(lines)).toContainEqual(['good', 'failed', 'id: is in row 2 too']);
    expect(outcomes(lines)).toContainEqual(['good', 'imported']);
    expect(messages).toMatchObject({
      'bad&id': expect.stringContaining('Nearest: "badid"'),
      renamed: 'it has the id renamed-1 now: created; recorded',
      refused: 'It is not an image',
      taken: expect.stringContaining('the id is taken by another file (image in /). With --overwrite'),
      binned: expect.stringContaining('in the trash'),
      outside: expect.stringContaining('leads out of'),
      titled: 'title: must not be wrong',
      absent: 'file: is missing, and the library has no such asset',
      'my preset': expect.stringContaining('must be letters'),
      views: 'members: the library has no asset absent',
    });
    const report = readFileSync(join(folder, 'failed.csv'), 'utf8').split('\r\n');
    expect(report[0]).toBe('row,what,id,outcome,message');
    expect(report).toHaveLength(1 + 11 + 1);
    expect(report).toContain('6,asset,refused,failed,It is not an image');
  });

  it('does not do again what is done, after a row was corrected and after an interruption', async () => {
    const folder = start(table.replace('two.png', 'too.png'));
    const library = importLibrary();
    const words = ['--files', 'files'];
    const first = await run(folder, library, words);
    expect(first.exitCode).toBe(7);
    const sent = library.stored.length;
    writeFileSync(join(folder, 'library.csv'), table);
    library.calls.length = 0;
    const second = await run(folder, library, words);
    expect(second.exitCode).toBe(0);
    expect(library.stored).toHaveLength(sent + 1);
    expect(outcomes(second.lines)).toEqual([
      ['large', 'done'],
      ['one', 'done'],
      ['three', 'done'],
      ['two', 'imported'],
      ['spin', 'done'],
      ['both', 'imported'],
    ]);
    expect(library.calls.filter((call) => call === 'POST /sets')).toHaveLength(1);
    // The journal is gone: what the library has is compared, and nothing is sent.
    const third = await run(folder, library, words);
    expect(third.lines.at(-1)).toMatchObject({ imported: 6, failed: 0 });
    expect(library.stored).toHaveLength(sent + 1);
  });

  it('continues after it was ended while it sent files', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `pic${index}`);
    const rows = ['id,file', ...many.map((id) => `${id},${id}.png`)].join('\n');
    const folder = start(rows, Object.fromEntries(many.map((id) => [`files/${id}.png`, id])));
    const library = importLibrary();
    const stop = new AbortController();
    library.state.onPut = () => {
      if (library.stored.length === 12) stop.abort(new DOMException('Interrupted.', 'AbortError'));
    };
    const words = ['--files', 'files', '--parallel', '1'];
    const ended = await run(folder, library, words, { signal: stop.signal });
    expect(ended.exitCode).toBe(130);
    library.state.onPut = () => {};
    const { exitCode, lines } = await run(folder, library, words);
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toMatchObject({ imported: 30, failed: 0 });
    expect(library.stored.length).toBeLessThanOrEqual(31);
    expect(new Set(library.assets.keys())).toEqual(new Set(many));
  });

  it('takes one file for several ids, also after an interruption', async () => {
    const rows = ['id,file', ...['a', 'b', 'c', 'd'].map((id) => `${id},same.png`)].join('\n');
    const folder = start(rows, { 'files/same.png': 'same' });
    const library = importLibrary();
    const stop = new AbortController();
    library.state.onPut = () => {
      if (library.stored.length === 2) stop.abort(new DOMException('Interrupted.', 'AbortError'));
    };
    const words = ['--files', 'files', '--parallel', '1'];
    await run(folder, library, words, { signal: stop.signal });
    library.state.onPut = () => {};
    expect((await run(folder, library, words)).lines.at(-1)).toMatchObject({ imported: 4, failed: 0 });
    expect([...library.assets.keys()]).toEqual(['a', 'b', 'c', 'd']);
    expect(library.stored).toHaveLength(4);
  });

  it('has files of a bucket fetched by the installation, and leaves them alone the second time', async () => {
    const folder = start(table, {});
    const library = importLibrary();
    const words = ['--files', 's3://acme-export/originals'];
    const { exitCode } = await run(folder, library, words);
    expect(exitCode).toBe(0);
    expect(library.assets.get('one')).toMatchObject({
      sha256: sha256('s3://acme-export/originals/in/IMG_1.png'),
      fileName: 'one.png',
      intent: 'live',
    });
    const uploads = () => library.calls.filter((call) => call === 'POST /uploads').length;
    const before = uploads();
    expect((await run(folder, library, words)).exitCode).toBe(0);
    expect(uploads()).toBe(before);
  });

  it('warns if addresses begin with another company', async () => {
    const folder = temporaryFolder();
    writeFiles(folder, { 'library.csv': assetsXml(shoe), 'files/Shoes/Red/red shoe.tif': 'x' });
    const { lines } = await run(folder, importLibrary(), ['--files', 'files']);
    expect(lines[0]).toMatchObject({ kind: 'warning', message: expect.stringContaining('/is/image/Acme/') });
    expect(outcomes(lines)).toEqual([['red shoe', 'imported']]);
  });

  it.each([
    [['import', 'dmc', 'nothing.csv'], 'file.not-found', 'nothing.csv does not exist'],
    [['import', 'dmc', 'empty.csv'], 'import.empty', 'The file has no row'],
    [
      ['import', 'dmc', 'library.csv', '--files', 's3://'],
      'usage.invalid',
      'must be like s3://bucket/prefix/',
    ],
  ])('%j fails with %s', async (words, code, message) => {
    const folder = start(table, { 'empty.csv': 'id\n' });
    const { exitCode, stderr } = await runCli([...words, '--json'], { folder, fetch: importLibrary().fetch });
    expect(exitCode).toBe(2);
    expect(checkedError(stderr)).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('pressroom import s3', () => {
  const at = '2026-11-24T08:30:00.000Z';

  /** @param jobs what each upload ends with, in their order; the first `open` of them run already */
  function bucketLibrary(
    jobs: readonly {
      done: number;
      more?: true;
      unchanged?: number;
      log?: readonly string[];
      status?: string;
    }[],
    open = 0,
  ) {
    const names: string[] = [];
    const bodies: Record<string, unknown>[] = [];
    const idOf = (index: number) => `01JDEZ3T5V0A1B2C3D4E5F6Y${String(index).padStart(2, '0')}`;
    const jobOf = (index: number, ended: boolean) => {
      const { done = 0, more, unchanged, log = [], status = 'succeeded' } = jobs[index] ?? {};
      return {
        ...{ kind: 'upload', id: idOf(index), name: names[index], givenName: names[index] },
        status: ended ? status : 'running',
        counts: {
          ...{ total: done + log.length, done, skipped: 0, warnings: 0 },
          ...{ errors: log.length, notReached: 0, bytes: 0 },
        },
        ...{ progress: 0, planned: true, submitted: at, submittedBy: 'ann', user: 'ann' },
        ...{ folder: '/', destination: 'luma/', publishAfterUploading: true, overwrite: true },
        ...(more ? { more } : {}),
        ...(unchanged === undefined ? {} : { unchanged }),
      };
    };
    const fetch: typeof globalThis.fetch = async (input, init = {}) => {
      const url = new URL(String(input));
      const path = url.pathname.replace('/v1/companies/luma', '');
      if (path === '/jobs')
        return json(200, { items: names.map((_, index) => jobOf(index, false)).slice(0, open) });
      if (path === '/uploads') {
        const body = JSON.parse(String(init.body));
        bodies.push(body);
        names.push(body.name);
        return json(201, { job: jobOf(names.length - 1, false), files: [] });
      }
      const [, id = '', log] = /^\/jobs\/(\w+)(\/log)?$/.exec(path) ?? [];
      const index = Number(id.slice(-2));
      if (log === undefined) return json(200, jobOf(index, true));
      const items = (jobs[index]?.log ?? []).map((message) => ({ time: at, outcome: 'error', message }));
      return json(200, { items });
    };
    return { bodies, names, fetch };
  }

  const importS3 = (library: ReturnType<typeof bucketLibrary>, ...words: string[]) => {
    const folder = temporaryFolder();
    return runCli(['import', 's3', ...words, '--json'], { fetch: library.fetch, folder }).then((result) => ({
      ...result,
      folder,
    }));
  };

  it('takes everything below a prefix, job after job, and reports what failed', async () => {
    const library = bucketLibrary([
      { done: 9_999, more: true, log: ['bad.exe: It is a program'], status: 'completed-with-errors' },
      { done: 5, unchanged: 10_050 },
    ]);
    const words = ['acme-photos/web/', '--folder', 'shop', '--no-publish', '--report', 'failed.csv'];
    const { exitCode, lines, folder } = await importS3(library, ...words);
    expect(exitCode).toBe(7);
    expect(library.bodies).toEqual([
      {
        from: { bucket: 'acme-photos', prefix: 'web/', includeSubfolders: true, changedOnly: true },
        ...{ folder: '/shop/', publishAfterUploading: false, overwrite: false },
        name: expect.stringContaining('Import s3://acme-photos/web/ ('),
      },
      library.bodies[0],
    ]);
    expect(lines.filter(({ kind }) => kind !== 'job')).toEqual([
      { kind: 'file', name: 'bad.exe', message: 'It is a program' },
      { kind: 'summary', imported: 10_004, unchanged: 51, failed: 1 },
    ]);
    expect(readFileSync(join(folder, 'failed.csv'), 'utf8')).toBe(
      'name,id,outcome,message\r\nbad.exe,,error,It is a program\r\n',
    );
  });

  it('waits for the job of an interrupted run in place of a second one', async () => {
    const library = bucketLibrary([{ done: 3 }], 1);
    const first = await importS3(library, 'acme-photos');
    expect(first.lines.at(-1)).toMatchObject({ imported: 3 });
    const again = await importS3(library, 'acme-photos');
    expect(again.lines.at(-1)).toMatchObject({ imported: 3 });
    expect(library.bodies).toHaveLength(1);
  });

  it('ends if a job takes nothing, or is stopped', async () => {
    const stuck = await importS3(
      bucketLibrary([{ done: 0, more: true, log: ['a.png: denied'] }]),
      'acme-photos',
    );
    expect([stuck.exitCode, stuck.lines.filter(({ kind }) => kind === 'job')]).toMatchObject([7, [{}, {}]]);
    const stopped = await importS3(
      bucketLibrary([{ done: 1, more: true, status: 'stopped' }]),
      'acme-photos',
    );
    expect(stopped.exitCode).toBe(7);
    const wrong = await importS3(bucketLibrary([]), '/web');
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('must be like acme-photos/web/'),
    ]);
  });
});
