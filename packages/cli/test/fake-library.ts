/** A library in memory that speaks the API, as far as uploads need it. */
import { createHash } from 'node:crypto';
import { json } from '../../client/test/fake-fetch.ts';

const at = '2026-11-24T08:30:00.000Z';

export interface FakeAsset {
  readonly folder: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly sha256PartBytes?: number;
  readonly bytes: number;
  readonly published?: boolean;
  /** A set, which has no file. */
  readonly isSet?: true;
}

interface FakeFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256?: string;
  readonly folder: string;
  readonly parts: Set<number>;
  arrived: boolean;
}

export const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('base64');

/** Bytes of an upload part, and above which bytes a file is sent in parts: the true values would make the tests slow. */
const partBytes = 16 * 1024 * 1024;

/** @param storage address of the storage, from which `fetch` gets the PUTs too */
export function fakeLibrary(assets: Record<string, FakeAsset> = {}, storage = 'https://s3.example') {
  const jobs = new Map<string, FakeFile[]>();
  const state = {
    assets,
    jobs,
    /** Bodies that the storage has stored: `<job>/<file>` or `<job>/<file>/<part>`. */
    stored: [] as string[],
    storedBytes: 0,
    trashed: [] as string[],
    published: [] as string[],
    created: [] as Readonly<Record<string, unknown>>[],
    /** Decides about a PUT. Throws for a lost connection. */
    onPut: (_key: string): void => {},
  };

  const assetOf = (id: string) => {
    const { isSet, published = false, ...asset } = state.assets[id] as FakeAsset;
    return {
      id,
      type: isSet ? 'image-set' : 'image',
      mimeType: 'image/png',
      version: 1,
      intent: 'live',
      published,
      publications: {},
      urls: {},
      uploadedAt: at,
      ...(isSet ? {} : { uploadJobId: 'job' }),
      created: at,
      createdBy: 'ann',
      modified: at,
      modifiedBy: 'ann',
      ...asset,
    };
  };
  const jobOf = (id: string, status = 'running') => ({
    kind: 'upload',
    id,
    name: `Upload ${at}`,
    givenName: 'Upload',
    status,
    counts: { total: 1, done: 0, skipped: 0, warnings: 0, errors: 0, notReached: 0, bytes: 0 },
    progress: 0,
    planned: true,
    submitted: at,
    submittedBy: 'ann',
    user: 'ann',
    folder: '/',
    destination: 'luma/',
    publishAfterUploading: true,
    overwrite: true,
  });
  const idOf = (name: string) => name.replace(/\.[^.]*$/, '');
  const target = (jobId: string, file: FakeFile, index: number) => {
    const common = { file: index + 1, name: file.name, assetId: idOf(file.name) };
    if (file.sha256 === undefined)
      return { ...common, multipart: { partBytes, parts: Math.ceil(file.bytes / partBytes) } };
    return {
      ...common,
      method: 'PUT',
      url: `${storage}/${jobId}/${index + 1}`,
      headers: {},
      expires: at,
    };
  };

  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    init.signal?.throwIfAborted();
    const url = new URL(String(input));
    const method = init.method ?? 'GET';
    if (url.href.startsWith(`${storage}/`)) {
      const key = url.href.slice(storage.length + 1);
      state.onPut(key);
      const body = new Uint8Array(await new Response(init.body).arrayBuffer());
      const [jobId = '', file = '', part] = key.split('/');
      const found = state.jobs.get(jobId)?.[Number(file) - 1];
      if (!found) return new Response('NoSuchUpload', { status: 404 });
      state.stored.push(key);
      state.storedBytes += body.length;
      if (part === undefined) found.arrived = true;
      else found.parts.add(Number(part));
      return new Response('', { headers: { etag: `"${key}"` } });
    }
    const path = url.pathname.replace('/v1/companies/luma', '');
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    const respond = route(method, path, url.searchParams, body);
    return (
      respond ?? json(404, { code: 'asset.not-found', detail: `There is no asset ${path}`, requestId: '1' })
    );
  };

  function route(
    method: string,
    path: string,
    query: URLSearchParams,
    // biome-ignore lint/suspicious/noExplicitAny: the bodies of seven operations
    body: any,
  ): Response | undefined {
    if (method === 'GET' && path === '/assets') {
      const folder = query.get('folder') ?? '/';
      const found = Object.keys(state.assets).filter((id) => {
        const place = state.assets[id]?.folder ?? '';
        return query.get('below') === 'true' ? place.startsWith(folder) : place === folder;
      });
      return json(200, { items: found.map(assetOf) });
    }
    if (path === '/assets/read') {
      const ids = body.assetIds as string[];
      const known = ids.filter((one) => one in state.assets);
      return json(200, { items: known.map(assetOf), unknown: ids.filter((one) => !known.includes(one)) });
    }
    const [, id] = /^\/assets\/([^/]+)$/.exec(path) ?? [];
    if (method === 'GET' && id !== undefined)
      return decodeURIComponent(id) in state.assets ? json(200, assetOf(decodeURIComponent(id))) : undefined;
    if (method === 'POST' && path === '/uploads') {
      const jobId = `01JDEZ3T5V0A1B2C3D4E5F6G${String(state.jobs.size).padStart(2, '0')}`;
      const { files, ...options } = body as { files: FakeFile[]; folder: string };
      state.created.push(options);
      const stored = files.map((file) => ({
        ...file,
        folder: options.folder,
        parts: new Set<number>(),
        arrived: false,
      }));
      state.jobs.set(jobId, stored);
      return json(201, { job: jobOf(jobId), files: stored.map((file, index) => target(jobId, file, index)) });
    }
    const [, jobId = '', file, action] = /^\/uploads\/([^/]+)(?:\/files\/(\d+)\/(\w+))?$/.exec(path) ?? [];
    const files = state.jobs.get(jobId);
    if (files && method === 'GET')
      return json(200, {
        job: jobOf(jobId),
        files: files.map((one, index) =>
          one.arrived
            ? {
                file: index + 1,
                name: one.name,
                assetId: idOf(one.name),
                ...(one.name.endsWith('.metadata.csv')
                  ? { outcome: 'skipped', message: `${one.name}: metadata of 1 asset applied` }
                  : { outcome: 'recorded', message: 'recorded' }),
              }
            : target(jobId, one, index),
        ),
      });
    const found = files?.[Number(file) - 1];
    if (found && action === 'parts')
      return json(200, {
        parts: (body.parts as { part: number }[]).map(({ part }) => ({
          part,
          method: 'PUT',
          url: `${storage}/${jobId}/${file}/${part}`,
          headers: {},
          expires: at,
        })),
      });
    if (found && action === 'complete') {
      found.arrived = true;
      return json(202, { file: Number(file), name: found.name, assetId: idOf(found.name) });
    }
    if (found && action === 'cancel')
      return json(200, {
        file: Number(file),
        name: found.name,
        outcome: 'not-reached',
        message: 'was cancelled',
      });
    if (method === 'GET' && path.startsWith('/jobs/'))
      return json(200, jobOf(path.slice('/jobs/'.length), 'succeeded'));
    if (path === '/trash') {
      state.trashed.push(...(body.assetIds as string[]));
      return json(200, { trashed: body.assetIds, warnings: [], unknown: [], remaining: false });
    }
    if (path === '/publish') {
      state.published.push(...(body.assetIds as string[]));
      return json(200, { complete: true, results: [] });
    }
    return undefined;
  }

  return { ...state, state, fetch };
}
