import { createHash } from 'node:crypto';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { problem } from '../../adapters/http/problem.ts';
import type { OpenedOriginObject } from '../../adapters/s3/origin-object.ts';
import type { MadeImage, SourceFiles } from '../../adapters/sharp/transform-image.ts';
import { cacheTags, presetTag, sourceTags } from '../../domain/delivery/cache-tag.ts';
import { canonicalImageQuery } from '../../domain/delivery/canonical-image-query.ts';
import { readDeliveryPath } from '../../domain/delivery/delivery-path.ts';
import { mimeTypeOf } from '../../domain/delivery/image-formats.ts';
import {
  expandPresets,
  type ImagePreset,
  type PresetName,
  presetNamesIn,
} from '../../domain/delivery/image-preset.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { originCacheControl } from '../../domain/delivery/origin-metadata.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { withRecipe } from '../../domain/delivery/with-recipe.ts';
import { Failure, statusOf } from '../../domain/failure.ts';
import { openSources, readSources } from './load-sources.ts';

/**
 * Part of every ETag. Raise it whenever the same command makes a different image from the same bytes: with a new version of
 * sharp, a changed step or a changed encoder setting. Browsers then load the image again instead of receiving a 304.
 */
export const pipelineVersion = 3;

/** Milliseconds of the function's time that are reserved for sending the response, also that of a timeout. */
const reserve = 1_000;

export interface ServeImageDependencies {
  /** @returns undefined if nothing is published under the key */
  readonly openObject: (key: string, milliseconds: number) => Promise<OpenedOriginObject | undefined>;
  readonly transform: (
    source: Uint8Array,
    command: ImageCommand,
    milliseconds: number,
    recipe?: ImageCommand,
    sources?: SourceFiles,
  ) => Promise<MadeImage>;
  /** @param milliseconds time limit */
  readonly listPresets: (company: string, milliseconds: number) => Promise<readonly ImagePreset[]>;
  /** Milliseconds until the function is stopped. */
  readonly remainingTime: () => number;
  /** Logs an error on our side. */
  readonly report: (error: unknown) => void;
}

export interface ImageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * "Serve Image": responds to a request of the edge with the image, with 304 if the client has it, or with a problem. Never
 * rejects. Costs: one GET from the origin bucket; two if there is no image.
 */
export async function serveImage(
  event: LambdaFunctionURLEvent,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const response = await respondOrFail(event, dependencies);
  return { ...response, headers: { ...response.headers, ...crossOriginHeaders } };
}

/**
 * On every response, whether the request names an origin or not: a browser that loaded a picture for `<img>` may take it
 * from its cache for a canvas.
 */
const crossOriginHeaders = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

async function respondOrFail(
  event: LambdaFunctionURLEvent,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  try {
    return await respond(event, dependencies);
  } catch (error) {
    if (!(error instanceof Failure) || statusOf(error.code) >= 500 || error.code === 'image.undecodable') {
      dependencies.report(error);
    }
    const { statusCode = 500, headers, body } = problem(error, event.requestContext.requestId);
    return {
      status: statusCode,
      headers: { ...headers, ...cachedFailure(error, event.rawPath) } as Record<string, string>,
      body: Buffer.from(body ?? ''),
    };
  }
}

/** Seconds that the edge keeps the refusal of an image that takes too long. */
const tooSlowSeconds = 60;

/** Seconds that the edge keeps "not found". CloudFront keeps no 404 with `no-store`. */
const notFoundSeconds = 5;

/**
 * An image that takes too long would take as long for the next visitor. The edge keeps the response for a minute, or until
 * the asset is invalidated. It keeps "not found" for seconds. All other errors are not kept.
 */
function cachedFailure(error: unknown, rawPath: string): Readonly<Record<string, string>> {
  const path = readDeliveryPath(rawPath);
  if (!(error instanceof Failure)) return {};
  if (error.code === 'delivery.not-found')
    return { 'cache-control': `public, max-age=0, s-maxage=${notFoundSeconds}` };
  if (error.code !== 'image.too-slow' || typeof path !== 'object') return {};
  return {
    'cache-control': `public, max-age=0, s-maxage=${tooSlowSeconds}`,
    'retry-after': String(tooSlowSeconds),
    'x-amz-meta-cache-tag': cacheTags(path.company, path.id),
  };
}

async function respond(
  event: LambdaFunctionURLEvent,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const { openObject, transform, remainingTime } = dependencies;
  const { method } = event.requestContext.http;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new Failure('route.method-not-allowed', `Use GET or HEAD to load an image, not ${method}`, {
      facts: { allow: 'GET, HEAD' },
    });
  }
  const path = readDeliveryPath(event.rawPath);
  if (path === undefined || path === 'malformed' || path.kind !== 'image') throw notFound();
  const { company } = path;
  // The edge composes the letters of a few scripts only.
  const id = path.id.normalize('NFC');
  const presetNames = presetNamesIn(event.rawQueryString, company);
  if (presetNames.length > maxPresetsInUrl) throw tooManyPresets();
  const expanded = await withoutPresets(company, event.rawQueryString, presetNames, dependencies);
  // A preset can name the image of the path.
  const query = canonicalImageQuery(expanded, { company, id });
  const command = parseImageCommand(query);

  const open = (key: string) => openObject(key, remainingTime() - reserve);
  const object = await open(
    originKey('image-serving', { company, id, type: 'image', folder: '/', fileName: '' }),
  );
  if (!object) {
    const file = await openObject(
      originKey('image-serving', { company, id, type: 'document', folder: '/', fileName: '' }),
      remainingTime() - reserve,
    );
    file?.discard();
    throw file ? deliveredAsFile(company, id, file.type) : notFound();
  }
  if (object.redirect !== undefined) {
    object.discard();
    return redirectTo(company, id, object.redirect, withoutNegotiation(event.rawQueryString));
  }
  const sources = await openSources(company, command, open).catch((error: unknown) => {
    object.discard();
    throw error;
  });
  const objects = [object, ...[...sources.values()].map((source) => source.object)];
  const etag = etagOf(objects, query);
  const tags = [
    cacheTags(company, id),
    ...presetNames.map((preset) => presetTag(preset.company, preset.name)),
    ...sourceTags(company, [...sources.values()]),
  ];
  const headers = {
    'cache-control': originCacheControl,
    etag: etag,
    'last-modified': new Date(
      Math.max(...objects.map(({ lastModified }) => lastModified.getTime())),
    ).toUTCString(),
    'x-amz-meta-cache-tag': tags.join(),
    ...varyOf(command),
  };
  if (matches(event.headers['if-none-match'], etag)) {
    for (const opened of objects) opened.discard();
    return { status: 304, headers, body: nothing };
  }

  const source = await object.read();
  const files = await readSources(sources);
  const recipe = object.recipe === undefined ? undefined : parseImageCommand(object.recipe);
  const effective = recipe === undefined ? command : withRecipe(command, recipe);
  const { body, format } = await transform(source, effective, remainingTime() - reserve, recipe, {
    company,
    files,
  });
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': mimeTypeOf(format),
      'content-length': String(body.length),
    },
    // HEAD makes the image too, because its status and headers have to be those of GET.
    body: method === 'HEAD' ? nothing : body,
  };
}

/** What of the request, apart from its address, decides about the image. */
function varyOf({ fmt, network }: ImageCommand): { vary?: string } {
  const names = [...(fmt.choice ? ['Accept'] : []), ...(network?.state === 'on' ? ['Save-Data', 'ECT'] : [])];
  return names.length === 0 ? {} : { vary: names.join(', ') };
}

const nothing = new Uint8Array();

/** A URL has one preset, or a few that build on each other. Each has a cache tag. */
const maxPresetsInUrl = 10;

function tooManyPresets(): Failure {
  return new Failure('image.invalid-argument', `A URL can use at most ${maxPresetsInUrl} image presets`);
}

/** What the edge adds to a query with presets, which can contain `fmt=auto` or `network=on`. It has no room for the presets. */
const accepted = /(^|&)accepted=(?:(avif|webp),?)?(slow)?(?=&|$)/;

/** The query with the commands of its presets. Costs a GET for each of their companies, without a body if they have not changed. */
async function withoutPresets(
  company: string,
  query: string,
  names: readonly PresetName[],
  { listPresets, remainingTime }: ServeImageDependencies,
): Promise<string> {
  if (names.length === 0) return query;
  const companies = [...new Set(names.map((preset) => preset.company))];
  const presets = new Map(
    await Promise.all(
      companies.map(async (owner) => [owner, await listPresets(owner, remainingTime() - reserve)] as const),
    ),
  );
  const [, , format, slow] = accepted.exec(query) ?? [];
  return expandPresets(query, company, presets, { format, isSlow: slow !== undefined });
}

/** What the edge added for one visitor is no part of an address. */
function withoutNegotiation(query: string): string {
  return query
    .replace(/((?:^|&)(?:fmt=auto|bfc=on|network=on)),(?:avif|webp|slow)(?=&|$)/g, '$1')
    .replace(accepted, '')
    .replace(/^&/, '');
}

/** Redirects the former address of a renamed image, with its commands, to the new one. Cached like an image. */
function redirectTo(company: string, id: string, to: string, query: string): ImageResponse {
  return {
    status: 301,
    headers: {
      location: `/is/image/${company}/${encodeURIComponent(to)}${query === '' ? '' : `?${query}`}`,
      'cache-control': originCacheControl,
      'x-amz-meta-cache-tag': cacheTags(company, id),
    },
    body: nothing,
  };
}

function notFound(): Failure {
  return new Failure('delivery.not-found', 'There is no published image at this address');
}

/** For an asset that is delivered unchanged, such as an animated GIF. */
function deliveredAsFile(company: string, id: string, type: string | undefined): Failure {
  const address = `/is/content/${company}/${encodeURIComponent(id)}`;
  return new Failure(
    'delivery.not-found',
    type === 'animated-gif'
      ? `${id} is an animated GIF: it is delivered with its motion at ${address}, and cannot be transformed`
      : `${id} is a file${type === undefined ? '' : ` of type ${type}`} and not an image: it is delivered at ${address}`,
  );
}

/** Strong: the same sources, recipes, command and pipeline give the same bytes. */
function etagOf(objects: readonly OpenedOriginObject[], query: string): string {
  // Without the cache buster `id`: the image is the same at both addresses.
  const commands = canonicalImageQuery(query).replace(/(^|&)id=\d+/, '');
  const images = objects.map(({ etag, recipe = '' }) => `${etag}\n${recipe}`);
  const hash = createHash('sha256').update([pipelineVersion, ...images, commands].join('\n'));
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}

/** RFC 9110, 13.1.2: weak comparison. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((candidate) => {
    const trimmed = candidate.trim();
    return trimmed === '*' || trimmed.replace(/^W\//, '') === etag;
  });
}
