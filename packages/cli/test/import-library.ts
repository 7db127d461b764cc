/** A library in memory that takes imports: files that arrive become assets at once, and sets, presets and metadata are kept. */
import { json } from '../../client/test/fake-fetch.ts';
import { fakeLibrary, sha256 } from './fake-library.ts';

const at = '2026-11-24T08:30:00.000Z';

interface ImportedAsset {
  readonly id: string;
  readonly type: string;
  readonly folder: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly uploadJobId?: string;
  intent: string;
  published: boolean;
  readonly trashed?: { readonly at: string; readonly by: string };
  modifiers?: unknown;
  metadata?: string;
}

interface ImportedSet {
  readonly type: string;
  readonly folder: string;
  members: readonly { readonly id: string }[];
}

type LogEntry = Readonly<Record<string, unknown>>;

/** @param settings.renames ids that are taken by an asset that nobody has seen: their files get another id */
export function importLibrary({
  renames = [],
  refuses = [],
}: {
  renames?: string[];
  refuses?: string[];
} = {}) {
  const library = fakeLibrary();
  const assets = new Map<string, ImportedAsset>();
  const sets = new Map<string, ImportedSet>();
  const presets = new Map<string, string>();
  const logs = new Map<string, LogEntry[]>();
  const names = new Map<string, string>();
  const calls: string[] = [];
  const tables: string[] = [];

  function take(
    jobId: string,
    file: { name: string; folder: string; bytes: number; sha256: string },
    published: boolean,
  ): void {
    const wanted = file.name.replace(/(?<=.)\.[^.]*$/, '');
    const id = renames.includes(wanted) ? `${wanted}-1` : wanted;
    const log = logs.get(jobId) ?? [];
    logs.set(jobId, log);
    const { name } = file;
    if (refuses.includes(wanted)) {
      log.push({ time: at, asset: wanted, outcome: 'error', message: `${name}: It is not an image` });
      return;
    }
    const outcome = published ? 'published' : 'recorded';
    log.push({ time: at, asset: id, outcome, message: `${name}: created; ${outcome}` });
    const { folder, bytes } = file;
    assets.set(id, {
      ...{ id, type: 'image', folder, fileName: name, bytes, sha256: file.sha256, uploadJobId: jobId },
      ...{ intent: published ? 'live' : 'pending', published },
    });
  }

  const response = ({ modifiers: _, metadata: __, ...asset }: ImportedAsset) => ({
    ...asset,
    mimeType: 'image/png',
    version: 1,
    publications: asset.published ? { 'image-serving': { version: 1, at, by: 'ann' } } : {},
    urls: {},
    ...{ uploadedAt: at, created: at, createdBy: 'ann', modified: at, modifiedBy: 'ann' },
  });
  const jobOf = (id: string) => ({
    kind: 'upload',
    id,
    name: `${names.get(id)} ${at}`,
    givenName: names.get(id),
    status: 'succeeded',
    counts: { total: 1, done: 1, skipped: 0, warnings: 0, errors: 0, notReached: 0, bytes: 0 },
    progress: 1,
    planned: true,
    submitted: at,
    ...{ submittedBy: 'ann', user: 'ann', folder: '/', destination: 'luma/' },
    publishAfterUploading: true,
    overwrite: true,
  });

  // biome-ignore lint/suspicious/noExplicitAny: the bodies of many operations
  function route(method: string, path: string, body: any): Response | undefined {
    const part = (pattern: RegExp) => pattern.exec(path)?.slice(1).map(decodeURIComponent);
    if (path === '/assets/read') {
      const ids = body.assetIds as string[];
      return json(200, {
        items: ids.flatMap((id) => {
          const asset = assets.get(id);
          const set = sets.get(id);
          if (asset) return [response(asset)];
          const facts = { id, fileName: id, bytes: 0, sha256: '', intent: 'live', published: true };
          return set ? [response({ ...facts, ...set })] : [];
        }),
        unknown: ids.filter((id) => !assets.has(id) && !sets.has(id)),
      });
    }
    if (path === '/jobs') return json(200, { items: [] });
    const [log] = part(/^\/jobs\/([^/]+)\/log$/) ?? [];
    if (log !== undefined) return json(200, { items: logs.get(log) ?? [] });
    const [job] = part(/^\/jobs\/([^/]+)$/) ?? [];
    if (job !== undefined && method === 'GET') return json(200, jobOf(job));
    if (path === '/uploads' && body.from) {
      const id = `01JDEZ3T5V0A1B2C3D4E5F6X${String(names.size).padStart(2, '0')}`;
      names.set(id, body.name);
      for (const { url, name, folder } of body.from.urls)
        take(id, { name, folder, bytes: 1, sha256: sha256(url) }, body.publishAfterUploading);
      return json(201, { job: jobOf(id), files: [] });
    }
    if (path === '/metadata/import') {
      tables.push(body.csv);
      const [, ...lines] = (body.csv as string).split('\r\n');
      return json(200, {
        results: lines.map((line, index) => {
          const id = line.split(',')[0] ?? '';
          const wrong = line.includes('wrong');
          return {
            row: index + 2,
            id,
            outcome: wrong ? 'failed' : 'changed',
            ...(wrong ? { errors: [{ column: 'title', message: 'must not be wrong' }] } : {}),
          };
        }),
        warnings: [],
        remaining: false,
      });
    }
    if (path === '/publish' || path === '/unpublish') {
      const publish = path === '/publish';
      const results = (body.assetIds as string[]).map((id) => {
        const asset = assets.get(id);
        if (asset) Object.assign(asset, { published: publish, intent: publish ? 'live' : 'held' });
        return { id, outcome: publish ? 'published' : 'not-live', servers: [], message: '' };
      });
      return json(200, { complete: true, results, warnings: [], stillLive: [] });
    }
    const [image] = part(/^\/assets\/([^/]+)\/modifiers$/) ?? [];
    if (image !== undefined) {
      const asset = assets.get(image);
      if (asset) asset.modifiers = body;
      return json(200, {});
    }
    if (path === '/image-presets')
      return json(200, { items: [...presets].map(([name, commands]) => ({ name, commands, version: 1 })) });
    const [preset] = part(/^\/image-presets\/([^/]+)$/) ?? [];
    if (preset !== undefined) {
      if (/ /.test(preset))
        return json(400, {
          code: 'request.invalid',
          detail: 'name: must be letters',
          errors: [{ field: 'name', message: 'must be letters' }],
        });
      presets.set(preset, body.commands);
      return json(200, { name: preset, commands: body.commands, version: 1 });
    }
    if (path === '/sets') {
      sets.set(body.id, { type: body.type, folder: body.folder, members: body.members });
      return json(201, {});
    }
    const [set] = part(/^\/sets\/([^/]+)$/) ?? [];
    const known = set === undefined ? undefined : sets.get(set);
    if (known && method === 'GET') return json(200, { members: known.members });
    if (known) {
      known.members = body.members;
      return json(200, {});
    }
    return undefined;
  }

  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    init.signal?.throwIfAborted();
    const url = new URL(String(input));
    const method = init.method ?? 'GET';
    const isStorage = url.host === 's3.example';
    const path = url.pathname.replace('/v1/companies/luma', '');
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    if (!isStorage) {
      calls.push(`${method} ${path}`);
      const own = route(method, path, body);
      if (own) return own;
    }
    const result = await library.fetch(input, init);
    if (path === '/uploads' && result.ok) {
      const { job } = (await result.clone().json()) as { job: { id: string } };
      names.set(job.id, body.name);
    }
    const [, jobId = '', number] = isStorage ? url.pathname.split('/') : [];
    const file = library.jobs.get(jobId)?.[Number(number) - 1];
    if (file?.sha256 !== undefined && result.ok) {
      const created = library.created[[...library.jobs.keys()].indexOf(jobId)];
      take(jobId, { ...file, sha256: file.sha256 }, created?.publishAfterUploading === true);
    }
    return result;
  };

  return { assets, sets, presets, calls, tables, stored: library.stored, state: library.state, fetch };
}
