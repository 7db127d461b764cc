/** Metadata files among the files of an upload. */
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { usageStore } from '../../../adapters/dynamodb/companies/usage-store.ts';
import { metadataSchemaStore } from '../../../adapters/dynamodb/library/metadata-schema-store.ts';
import { closeOverdue } from '../../../application/uploads/close-overdue.ts';
import type { UploadJob } from '../../../domain/jobs/job.ts';
import { defaultSchema } from '../../../domain/library/metadata-schema.ts';
import { ingestUpload } from '../../../functions/ingest-upload/ingest-upload.ts';
import { anAsset, company } from '../../support/builders.ts';
import { cloudNames } from '../../support/cloud-names.ts';
import { type FetchCloud, fetchCloud } from '../../support/fetch-cloud.ts';

const jobA = '01M868ZY4BTMHSX5Z3VJK1D3HA';
const jobB = '01M868ZY4BTMHSX5Z3VJK1D3HB';
const at = '2026-11-24T09:00:01.000Z';

let cloud: FetchCloud;
beforeEach(() => {
  cloud = fetchCloud();
});

/** An upload of a photo for each name, and of metadata files with this content. */
function upload(
  photos: readonly string[],
  tables: Readonly<Record<string, string | Buffer>>,
  options: Partial<UploadJob> = {},
  id = jobA,
): void {
  cloud.addJob(id, [...photos, ...Object.keys(tables)], options);
  for (const [index, content] of Object.values(tables).entries()) {
    const number = photos.length + index + 1;
    const file = cloud.files.get(`${id}/${number}`);
    const bytes = Buffer.byteLength(content);
    if (file) cloud.files.set(`${id}/${number}`, { ...file, bytes });
  }
}

function arrive(number: number, content: string | Buffer = `bytes ${number}`, id = jobA): Promise<void> {
  const bytes = typeof content === 'string' && content.startsWith('bytes') ? 9 : Buffer.byteLength(content);
  const facts = { size: bytes, modified: new Date(at) };
  cloud.memory.buckets.uploads.put(`${company}/${id}/${number}`, content, facts);
  return ingest(number, id);
}

const ingest = (file: number, jobId = jobA, lastAttempt = false) =>
  ingestUpload({ company, jobId, file, lastAttempt }, cloud.ingestDependencies);

const titles = () => Object.fromEntries([...cloud.assets].map(([id, { title }]) => [id, title]));

describe('A metadata file of an upload', () => {
  const table = 'id,title\nshoe,Red shoe\nhat,Blue hat\n';

  it.each([
    ['first', [3, 1, 2]],
    ['last', [1, 2, 3]],
    ['in between', [1, 3, 2]],
  ])('is applied when all other files are settled, if it arrives %s', async (_, order) => {
    upload(['shoe.png', 'hat.png'], { 'autumn.metadata.csv': table });
    for (const number of order) await arrive(number, number === 3 ? table : undefined);
    expect(titles()).toEqual({ shoe: 'Red shoe', hat: 'Blue hat' });
    expect(cloud.job(jobA)).toMatchObject({
      status: 'succeeded',
      counts: { total: 3, done: 2, skipped: 1, errors: 0 },
    });
    expect(cloud.log(jobA)[2]).toBe(
      'skipped: autumn.metadata.csv: not added itself: metadata of 2 assets applied',
    );
    expect(cloud.files.get(`${jobA}/3`)?.logEntry).not.toHaveProperty('asset');
    expect(cloud.staged()).toEqual([]);
  });

  it.each([
    ['autumn.metadata.csv', true],
    ['AUTUMN.Metadata.TSV', true],
    ['autumn.metadata.txt', true],
    ['autumn.metadata.tab', true],
    ['metadata.csv', false],
    ['prices.csv', false],
    ['autumn-metadata.csv', false],
    ['autumn.metadata.csv.png', false],
    ['autumn.metadata.xlsx', false],
  ])('is recognised by its name: %s: %s', async (name, isMetadata) => {
    upload(['shoe.png'], { [name]: table.slice(0, table.indexOf('hat')) });
    await arrive(1);
    await arrive(2, table.slice(0, table.indexOf('hat')));
    expect(cloud.assets.get('shoe')?.title).toBe(isMetadata ? 'Red shoe' : undefined);
    expect([...cloud.assets]).toHaveLength(isMetadata ? 1 : 2);
  });

  it('is an asset if the upload says so', async () => {
    upload([], { 'autumn.metadata.csv': table }, { applyMetadata: false });
    await arrive(1, table);
    expect(titles()).toEqual({ 'autumn.metadata': undefined });
  });

  const windows = (text: string) => text.replaceAll('\n', '\r\n');
  it.each([
    ['in UTF-8 with a byte order mark', Buffer.from(`\uFEFF${table}`)],
    [
      'in UTF-16 with tabs, as Excel saves Unicode Text',
      Buffer.from(`\uFEFF${windows(table).replaceAll(',', '\t')}`, 'utf16le'),
    ],
    ['in UTF-16 without a mark', Buffer.from(table, 'utf16le')],
    ['in UTF-16, the higher byte first', Buffer.from(`\uFEFF${table}`, 'utf16le').swap16()],
    [
      'with semicolons, as Excel saves it in many countries',
      Buffer.from(windows(table).replaceAll(',', ';')),
    ],
    ['with the delimiter in its first line', Buffer.from(`sep=;\r\n${windows(table).replaceAll(',', ';')}`)],
  ])('is read %s', async (_, content) => {
    upload(['shoe.png', 'hat.png'], { 'a.metadata.csv': content });
    for (const number of [1, 2]) await arrive(number);
    await arrive(3, content);
    expect(titles()).toEqual({ shoe: 'Red shoe', hat: 'Blue hat' });
  });

  it('names assets by their files, with or without a path, and finds those that were renamed', async () => {
    cloud.assets.set('shoe', anAsset({ id: 'shoe', trashed: { at, by: 'ann' } }));
    const content = 'file,title\nphotos/shoe.png,Shoe\nC:\\photos\\hat.png,Hat\n';
    upload(['shoe.png', 'hat.png'], { 'a.metadata.csv': content });
    for (const number of [1, 2]) await arrive(number);
    await arrive(3, content);
    expect(titles()).toEqual({ shoe: undefined, 'shoe-1': 'Shoe', hat: 'Hat' });
  });

  it('applies the rows that are right, and names each wrong cell by row and column', async () => {
    await metadataSchemaStore(cloud.memory.clients.documents, cloudNames.JOB_TABLE).putMetadataSchema(
      company,
      defaultSchema,
      { fields: [{ name: 'pairs', label: 'Pairs', type: 'number', required: false }], freeFields: false },
    );
    const rows = [
      ['shoe', 'Red shoe', '3', ''],
      ['nobody', 'x', '', ''],
      ['hat', 'y', 'many', ''],
      ['cut', 'z', '', ''],
      ['shoe', 'again', '', ''],
      ['', 'no id', '', ''],
    ];
    const content = `id,title,fields.pairs,keywords\n${rows.map((row) => row.join(',')).join('\n')}\n`;
    upload(['shoe.png', 'hat.png', 'cut.png'], { 'a.metadata.csv': content });
    for (const number of [1, 2]) await arrive(number);
    await arrive(3, 'refused: It is cut off');
    await arrive(4, content);
    expect(titles()).toEqual({ shoe: 'Red shoe', hat: undefined });
    expect(cloud.assets.get('shoe')?.fields).toEqual({ pairs: 3 });
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { total: 4, done: 2, errors: 2 },
    });
    expect(cloud.log(jobA)[3]).toMatch(
      /^error: a\.metadata\.csv: 5 of 6 rows were not applied; metadata of 1 asset applied\. Row 3, column id: There is no asset nobody\. Row 4, column fields\.pairs: .*\. Row 5, column id: its file cut\.png was not added\. Row 6, column id: shoe is in row 2 too\. Row 7, column id: must not be empty$/,
    );
  });

  it.each([
    ['an unknown column', 'id,colour\nshoe,red\n', 'Row 1, column colour: is no column of metadata'],
    ['no column of names', 'title\nx\n', 'Row 1: it must have a column id or file'],
    ['a column that deletes', 'id,delete\nshoe,yes\n', 'Row 1, column delete: an upload deletes nothing'],
    ['only a header', 'id,title\n', 'It must have a header and at least one row'],
    ['nothing in it', '', 'It must have a header and at least one row'],
    ['a row that is too short', 'id,title\nshoe\n', 'Line 2: The row has not as many cells as the header'],
    [
      'an encoding of Windows',
      Buffer.from('id,title\nshoe,Fu\xdfball\n', 'latin1'),
      'It is not text in UTF-8 or UTF-16',
    ],
    ['too many rows', `id\n${'a\n'.repeat(10_001)}`, 'It must have at most 10000 rows below the header'],
  ])('with %s changes nothing, and its entry says why', async (_, content, reason) => {
    upload(['shoe.png'], { 'a.metadata.csv': content });
    await arrive(1);
    await arrive(2, content);
    expect(cloud.log(jobA)[1]).toContain(`error: a.metadata.csv: was not applied. ${reason}`);
    expect(cloud.job(jobA)).toMatchObject({
      status: 'completed-with-errors',
      counts: { done: 1, errors: 1 },
    });
    expect(titles()).toEqual({ shoe: undefined });
    expect(cloud.staged()).toEqual([]);
  });

  it('that is too large, or not of its declared size, is refused when it arrives', async () => {
    upload(['shoe.png'], { 'a.metadata.csv': 'id\nshoe\n', 'b.metadata.csv': 'id\nshoe\n' });
    await arrive(2, 'id\nshoe\n\n');
    const large = cloud.files.get(`${jobA}/3`);
    const bytes = 10 * 1024 ** 2 + 1;
    if (large) cloud.files.set(`${jobA}/3`, { ...large, bytes });
    cloud.memory.buckets.uploads.put(`${company}/${jobA}/3`, 'id\n', { size: bytes, modified: new Date(at) });
    await ingest(3);
    expect(cloud.log(jobA).slice(1)).toEqual([
      'error: a.metadata.csv: 9 bytes arrived, 8 were declared',
      'error: b.metadata.csv: was not applied. A metadata file may have at most 10485760 bytes; this one has 10485761',
    ]);
    expect(cloud.job(jobA)?.status).toBe('running');
  });

  it('lists as many wrong cells as a log entry can show', async () => {
    const content = `id,title\n${Array.from({ length: 200 }, (_, index) => `nobody-${index},x\n`).join('')}`;
    upload([], { 'a.metadata.csv': content });
    await arrive(1, content);
    expect(cloud.log(jobA)[0]).toMatch(/200 of 200 rows were not applied.*\. 150 more wrong cells$/);
  });

  it('changes assets of the library too, and the last of several files counts', async () => {
    upload(['shoe.png'], {}, {}, jobB);
    await arrive(1, undefined, jobB);
    const [one, two] = ['id,title,altText\nshoe,One,Text\n', 'id,title\nshoe,Two\n'];
    upload([], { 'b.metadata.csv': one, 'a.metadata.csv': two });
    await arrive(2, two);
    await arrive(1, one);
    expect(cloud.assets.get('shoe')).toMatchObject({ title: 'Two', altText: 'Text' });
    expect(cloud.job(jobA)).toMatchObject({ status: 'succeeded', counts: { skipped: 2 } });
  });

  it('sets dates, in the time zone of the company', async () => {
    cloud.memory.own.setSettings({ ...cloud.settings, timeZone: 'Europe/Berlin' });
    const content = 'id,liveUntil\nshoe,2027-01-01T00:00\n';
    upload(['shoe.png'], { 'a.metadata.csv': content });
    await arrive(1);
    await arrive(2, content);
    expect(cloud.assets.get('shoe')?.liveUntil).toBe('2026-12-31T23:00:00.000Z');
    expect(cloud.invalidated()).toContain('shoe');
  });

  it('is not applied, and not lost, while a file is open: only when that one is cancelled, or given up', async () => {
    upload(['shoe.png', 'hat.png'], { 'a.metadata.csv': table });
    await arrive(3, table);
    await arrive(1);
    expect(titles()).toEqual({ shoe: undefined });
    expect(cloud.job(jobA)?.status).toBe('running');
    expect(cloud.staged()).toEqual([`${company}/${jobA}/3`]);
    await ingest(2, jobA, true).catch(() => {});
    expect(titles()).toEqual({ shoe: 'Red shoe' });
    expect(cloud.log(jobA)[2]).toContain('Row 3, column id: its file hat.png was not added');
    expect(cloud.job(jobA)?.status).toBe('completed-with-errors');
  });

  it('is not applied if the upload is stopped or closed before', async () => {
    upload(['shoe.png'], { 'a.metadata.csv': table });
    await arrive(2, table);
    const { cancel } = cloud;
    const later = { ...cloud.dependencies, ...cancel, now: () => '2026-11-25T10:00:00.000Z' };
    const job = cloud.job(jobA);
    if (job) await closeOverdue(job, later);
    expect(cloud.log(jobA)[1]).toContain(
      'was not applied: the other files were not all there within 24 hours',
    );
    // Its event, sent again, does not make an asset of it.
    await ingest(2);
    expect([...cloud.assets]).toEqual([]);
    expect(cloud.job(jobA)?.counts).toMatchObject({ total: 2, errors: 2 });
  });

  it('is applied once whatever call the function dies at, and the job has the same log', async () => {
    const wrong = 'id,title\nshoe,Red shoe\nnobody,x\n';
    for (let failing = 1; ; failing += 1) {
      cloud = fetchCloud();
      upload(['shoe.png'], { 'a.metadata.csv': wrong });
      let calls = 0;
      for (const number of [2, 1]) {
        const content = number === 2 ? wrong : `bytes ${number}`;
        const facts = { size: number === 2 ? Buffer.byteLength(wrong) : 9, modified: new Date(at) };
        cloud.memory.buckets.uploads.put(`${company}/${jobA}/${number}`, content, facts);
        cloud.memory.hook.onCall = async (_, next) => {
          calls += 1;
          const output = await next();
          if (calls === failing) throw Object.assign(new Error('The function died'), { $metadata: {} });
          return output;
        };
        const died = await ingest(number).then(
          () => false,
          () => true,
        );
        cloud.memory.hook.onCall = undefined;
        // Events come twice.
        for (let times = 0; times < (died ? 2 : 1); times += 1) await ingest(number);
      }
      expect(titles(), `call ${failing}`).toEqual({ shoe: 'Red shoe' });
      expect(cloud.job(jobA), `call ${failing}`).toMatchObject({
        status: 'completed-with-errors',
        counts: { total: 2, done: 1, errors: 1 },
      });
      expect(cloud.log(jobA)[1]).toBe(
        'error: a.metadata.csv: 1 of 2 rows were not applied; metadata of 1 asset applied. Row 3, column id: There is no asset nobody',
      );
      expect(cloud.staged(), `call ${failing}`).toEqual([]);
      if (calls < failing) return;
    }
  });

  it('is an error entry if it cannot be applied at the last attempt, and the job ends', async () => {
    upload(['shoe.png'], { 'a.metadata.csv': table });
    await arrive(2, table);
    cloud.memory.hook.onCall = async ({ command }, next) => {
      if (command.startsWith('BatchGet')) throw new Error('DynamoDB is away');
      return next();
    };
    cloud.memory.buckets.uploads.put(`${company}/${jobA}/1`, 'bytes', { size: 9, modified: new Date(at) });
    await expect(ingest(1)).rejects.toThrow('DynamoDB is away');
    expect(cloud.job(jobA)?.status).toBe('running');
    await ingest(1, jobA, true).catch(() => {});
    expect(cloud.log(jobA)[1]).toContain(
      'could not be applied completely because something failed on our side',
    );
    expect(cloud.job(jobA)?.status).toBe('completed-with-errors');
  });
});

describe('A metadata file', () => {
  it('in an archive is applied to the files of the archive', async () => {
    const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    const files = {
      'a/a.metadata.csv': 'file,title\nred.png,Red\n',
      'a/red.png': 'red',
      'b/a.metadata.csv': 'file,title\nblue.png,Blue\n',
      'b/blue.png': 'blue',
    };
    for (const [path, text] of Object.entries(files)) await zip.add(path, new TextReader(text));
    const bytes = Buffer.from(await (await zip.close()).arrayBuffer());
    cloud.source.put('web/photos.zip', bytes);
    await cloud.submit(jobA, {}, { unpack: true });
    await cloud.settle();
    expect(titles()).toEqual({ red: 'Red', blue: 'Blue' });
    expect(cloud.job(jobA)).toMatchObject({ status: 'succeeded', counts: { total: 5, done: 2, skipped: 3 } });
  });

  it('of a source that has not changed is applied to new files only, and undoes no edit', async () => {
    cloud.source.put('web/shoe.png', 'shoe');
    cloud.source.put('web/a.metadata.csv', 'id,title\nshoe,Shoe\nhat,Hat\n');
    await cloud.submit(jobA, { changedOnly: true });
    await cloud.settle();
    expect(cloud.log(jobA)).toContainEqual(
      expect.stringContaining('Row 3, column id: There is no asset hat'),
    );
    const shoe = cloud.assets.get('shoe');
    if (shoe) cloud.assets.set('shoe', { ...shoe, title: 'Edited' });

    await cloud.submit(jobB, { changedOnly: true });
    await cloud.settle();
    expect(cloud.job(jobB)).toMatchObject({ counts: { total: 0 }, leftOut: { unchanged: 2 } });

    cloud.source.put('web/hat.png', 'hat');
    const third = '01M868ZY4BTMHSX5Z3VJK1D3HC';
    await cloud.submit(third, { changedOnly: true });
    await cloud.settle();
    expect(titles()).toEqual({ shoe: 'Edited', hat: 'Hat' });
    expect(cloud.log(third)).toContainEqual(
      'skipped: a.metadata.csv: not added itself: metadata of 1 asset applied; 1 asset that did not change since it was last applied stayed as they are',
    );

    cloud.source.put('web/a.metadata.csv', 'id,title\nshoe,New\n');
    const fourth = '01M868ZY4BTMHSX5Z3VJK1D3HD';
    await cloud.submit(fourth, { changedOnly: true });
    await cloud.settle();
    expect(titles()).toEqual({ shoe: 'New', hat: 'Hat' });
  });

  it('is not counted in the quota', async () => {
    cloud.source.put('web/a.metadata.csv', 'id,title\nshoe,Shoe\n');
    cloud.source.put('web/shoe.png', 'shoe');
    const usage = usageStore(cloud.memory.clients.documents, cloudNames.JOB_TABLE);
    await usage.changeQuota(company, { assets: 1, bytes: undefined });
    await cloud.submit(jobA);
    await cloud.settle();
    expect(titles()).toEqual({ shoe: 'Shoe' });
    expect((await usage.readUsage(company, '2026-11-24', '2026-11-24'))[0]?.announced).toEqual({
      assets: 1,
      bytes: 4,
    });
  });
});
