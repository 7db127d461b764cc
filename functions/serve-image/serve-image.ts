import { createHash } from 'node:crypto';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { problem } from '../../adapters/http/problem.ts';
import type { CompanyImages } from '../../adapters/s3/image-settings.ts';
import type { OpenedOriginObject } from '../../adapters/s3/origin-object.ts';
import type { MadeImage } from '../../adapters/sharp/transform-image.ts';
import type { AssetType } from '../../domain/assets/asset.ts';
import {
  edgeCacheControl,
  imageCacheControl,
  immutableCacheControl,
  notFoundSeconds,
} from '../../domain/delivery/cache-control.ts';
import { cacheTag, cacheTags } from '../../domain/delivery/cache-tag.ts';
import { canonicalImageQuery } from '../../domain/delivery/canonical-image-query.ts';
import { chooseFormat } from '../../domain/delivery/choose-format.ts';
import { readDeliveryPath } from '../../domain/delivery/delivery-path.ts';
import { mimeTypeOf } from '../../domain/delivery/image-formats.ts';
import { expandPresets, presetNamesIn } from '../../domain/delivery/image-preset.ts';
import {
  type ImageSettings,
  pictureSettings,
  productImageSettings,
  withImageSettings,
} from '../../domain/delivery/image-settings.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { planImage } from '../../domain/delivery/plan-image.ts';
import type { Point } from '../../domain/delivery/plan-size.ts';
import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { fitsReduction } from '../../domain/delivery/reduction.ts';
import { withRecipe } from '../../domain/delivery/with-recipe.ts';
import { Failure, statusOf } from '../../domain/failure.ts';

/**
 * Part of every ETag. Raise it whenever the same command makes a different image from the same bytes: with a new version of
 * sharp, a changed step or a changed encoder setting. Browsers then load the image again instead of receiving a 304.
 */
export const pipelineVersion = 4;

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
    focus?: Point,
  ) => Promise<MadeImage>;
  /** The presets and settings of a company. @param milliseconds time limit */
  readonly readImages: (company: string, milliseconds: number) => Promise<CompanyImages>;
  /** @returns undefined if the reduction does not exist (any more). @param milliseconds time limit */
  readonly readReduction: (
    company: string,
    name: string,
    milliseconds: number,
  ) => Promise<Uint8Array | undefined>;
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
 * rejects. Costs: one GET from the origin bucket, and one of the company's settings, without a body if they have not changed; one or two
 * more if there is no image.
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

/**
 * An image that takes too long would take as long for the next visitor. The edge keeps the response for a minute, or until
 * the asset is invalidated. It keeps "not found" for seconds. All other errors are not kept.
 */
function cachedFailure(error: unknown, rawPath: string): Readonly<Record<string, string>> {
  const path = readDeliveryPath(rawPath);
  if (!(error instanceof Failure)) return {};
  if (error.code === 'delivery.not-found') return { 'cache-control': edgeCacheControl(notFoundSeconds) };
  if (error.code !== 'image.too-slow' || typeof path !== 'object') return {};
  return {
    'cache-control': edgeCacheControl(tooSlowSeconds),
    'retry-after': String(tooSlowSeconds),
    'x-amz-meta-cache-tag': cacheTags(path.company, path.id),
  };
}

/** A request for an image. */
interface ImageRequest {
  readonly company: string;
  readonly id: string;
  /** As the edge wrote it. */
  readonly rawQuery: string;
  /** In lower case. */
  readonly presetNames: readonly string[];
  readonly isHead: boolean;
  readonly ifNoneMatch: string | undefined;
}

/** @throws Failure for an address that no image has, or a wrong command that no preset can replace */
function readRequest(event: LambdaFunctionURLEvent): ImageRequest {
  const { method } = event.requestContext.http;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new Failure('route.method-not-allowed', `Use GET or HEAD to load an image, not ${method}`, {
      facts: { allow: 'GET, HEAD' },
    });
  }
  const path = readDeliveryPath(event.rawPath);
  if (path === undefined || path === 'malformed' || path.kind !== 'image') throw notFound();
  const presetNames = presetNamesIn(event.rawQueryString);
  if (presetNames.length > maxPresetsInUrl) throw tooManyPresets();
  if (presetNames.length === 0) parseImageCommand(event.rawQueryString);
  return {
    company: path.company,
    // The edge composes the letters of a few scripts only.
    id: path.id.normalize('NFC'),
    rawQuery: event.rawQueryString,
    presetNames,
    isHead: method === 'HEAD',
    ifNoneMatch: event.headers['if-none-match'],
  };
}

async function respond(
  event: LambdaFunctionURLEvent,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const request = readRequest(event);
  const { company, id } = request;
  const open = (opened: string, type: AssetType = 'image') =>
    dependencies.openObject(
      originKey('image-serving', { company, id: opened, type, folder: '/', fileName: '' }),
      dependencies.remainingTime() - reserve,
    );
  const [{ presets, settings = productImageSettings }, object] = await together(
    dependencies.readImages(company, dependencies.remainingTime() - reserve),
    open(id),
  );
  try {
    const [, , format, slow] = accepted.exec(request.rawQuery) ?? [];
    const query = expandPresets(request.rawQuery, presets, { format, isSlow: slow !== undefined });
    const command = parseImageCommand(query);
    const asked = { ...request, query, command, settings };
    if (object?.redirect !== undefined) {
      return redirectTo(company, id, object.redirect, withoutNegotiation(request.rawQuery));
    }
    return object
      ? await respondWith(object, asked, dependencies)
      : await respondWithDefault(asked, open, dependencies);
  } finally {
    object?.discard();
  }
}

/** Two reads at once. If the settings cannot be read, the object is closed. */
async function together<Settings>(
  settings: Promise<Settings>,
  opening: Promise<OpenedOriginObject | undefined>,
): Promise<[Settings, OpenedOriginObject | undefined]> {
  try {
    return await Promise.all([settings, opening]);
  } catch (error) {
    const opened = await opening.catch(() => undefined);
    opened?.discard();
    throw error;
  }
}

/** A request with what its company adds. */
interface AskedImage extends ImageRequest {
  /** With the commands of its presets. */
  readonly query: string;
  readonly command: ImageCommand;
  readonly settings: ImageSettings;
}

async function respondWith(
  object: OpenedOriginObject,
  asked: AskedImage,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const { company, id, command, settings, presetNames } = asked;
  const etag = etagOf(object, asked);
  const headers = {
    'cache-control': cacheControlOf(object, asked),
    etag,
    'last-modified': object.lastModified.toUTCString(),
    'x-amz-meta-cache-tag': cacheTags(company, id, presetNames),
    ...varyOf(command),
  };
  if (matches(asked.ifNoneMatch, etag)) return { status: 304, headers, body: nothing };
  return {
    status: 200,
    ...(await made(company, object, command, settings, headers, asked.isHead, dependencies)),
  };
}

/** Only an `id` that is the version served is immutable: any other number may be that of a later version. */
function cacheControlOf(
  { version }: OpenedOriginObject,
  { command, settings: { lifetimes }, presetNames }: AskedImage,
): string {
  const isOff = command.cache?.client === 'off';
  // A changed preset makes another image at the same address.
  const isVersion = command.id !== undefined && command.id === String(version) && presetNames.length === 0;
  return isVersion && !isOff
    ? immutableCacheControl
    : imageCacheControl(lifetimes.image, isOff ? 0 : lifetimes.browser);
}

/** Headers and body of an image; for HEAD the headers alone, without the image being made. */
async function made(
  company: string,
  object: OpenedOriginObject,
  command: ImageCommand,
  settings: ImageSettings,
  headers: Readonly<Record<string, string>>,
  isHead: boolean,
  dependencies: ServeImageDependencies,
): Promise<Omit<ImageResponse, 'status'>> {
  const { transform, remainingTime } = dependencies;
  const recipe = object.recipe === undefined ? undefined : parseImageCommand(object.recipe);
  const effective = withImageSettings(recipe === undefined ? command : withRecipe(command, recipe), settings);
  if (isHead)
    return { headers: { ...headers, ...typeWithoutImage(object, effective, recipe) }, body: nothing };
  const reduced = recipe ? undefined : await reductionFor(company, object, effective, dependencies);
  if (reduced) object.discard();
  const { body, format } = await transform(
    reduced ?? (await object.read()),
    effective,
    remainingTime() - reserve,
    recipe,
    object.focus,
  );
  return {
    headers: { ...headers, 'content-type': mimeTypeOf(format), 'content-length': String(body.length) },
    body,
  };
}

/** The bytes of the image's reduction, if it has one and the result can be made from it. */
async function reductionFor(
  company: string,
  { width, height, focus, reduction }: OpenedOriginObject,
  command: ImageCommand,
  { readReduction, remainingTime }: ServeImageDependencies,
): Promise<Uint8Array | undefined> {
  if (!reduction || width === undefined || height === undefined) return undefined;
  if (!fitsReduction({ width, height, focus }, reduction.divisor, command)) return undefined;
  return readReduction(company, reduction.name, remainingTime() - reserve);
}

/**
 * What a response to HEAD can say without the image: its type, where that does not depend on whether the image is transparent. Its
 * length is not known (RFC 9110, 9.3.2, allows to leave it out).
 * @throws Failure for an image that would be refused for its size
 */
function typeWithoutImage(
  { width, height }: OpenedOriginObject,
  command: ImageCommand,
  recipe: ImageCommand | undefined,
): Readonly<Record<string, string>> {
  const opaque = chooseFormat(command.fmt, false);
  const transparent = chooseFormat(command.fmt, true);
  if (width !== undefined && height !== undefined) {
    const source = recipe ? planImage({ width, height }, recipe).reply : { width, height };
    planImage(source, { ...command, fmt: { ...opaque, isGiven: true } });
  }
  const type = mimeTypeOf(opaque.format);
  return type === mimeTypeOf(transparent.format) ? { 'content-type': type } : {};
}

/**
 * The response to an id under which no image is published: the default image of the address or of the company.
 * @throws Failure `delivery.not-found` if there is none
 */
async function respondWithDefault(
  asked: AskedImage,
  open: (id: string, type?: AssetType) => Promise<OpenedOriginObject | undefined>,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const { company, id, command, settings, presetNames } = asked;
  const file = await open(id, 'document');
  file?.discard();
  const failure = file ? deliveredAsFile(company, id, file.type) : notFound();
  let defaultId = defaultImageOf(asked);
  if (defaultId === undefined || defaultId === id) throw failure;
  let object = await open(defaultId);
  if (object?.redirect !== undefined) {
    object.discard();
    defaultId = object.redirect;
    object = await open(defaultId);
  }
  if (!object) throw failure;
  try {
    const seconds = file ? settings.lifetimes.defaultImage : notFoundSeconds;
    const headers = {
      'cache-control': edgeCacheControl(seconds),
      'x-amz-meta-cache-tag': [cacheTags(company, id, presetNames), cacheTag(company, defaultId)].join(),
      ...varyOf(command),
    };
    const used = settings.defaultImageMode === 'reply' ? sizeAndFormatOf(command) : command;
    const image = await made(company, object, used, settings, headers, asked.isHead, dependencies);
    return { status: settings.defaultImageStatus, ...image };
  } finally {
    object.discard();
  }
}

/** @throws Failure `image.invalid-argument` for an image of another company */
function defaultImageOf({ company, command, settings }: AskedImage): string | undefined {
  const named = command.defaultImage;
  if (named === undefined) return settings.defaultImage ?? undefined;
  const id = named.startsWith(`${company}/`) ? named.slice(company.length + 1) : named;
  if (id.includes('/')) {
    throw new Failure(
      'image.invalid-argument',
      `defaultImage: "${named}" must be the id of an image of ${company}`,
    );
  }
  return id === '' ? undefined : id.normalize('NFC');
}

/** What of a request counts for an image that replaces its whole response. */
function sizeAndFormatOf({ wid, hei, fmt, qlt, network }: ImageCommand): ImageCommand {
  const { fit } = parseImageCommand('');
  const size = { ...(wid !== undefined && { wid }), ...(hei !== undefined && { hei }) };
  return { ...size, ...(network && { network }), fit, fmt, qlt };
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
      'cache-control': imageCacheControl(),
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

/** Commands that do not change the image that an address shows. */
const withoutPicture = /(^|&)(id|cache|defaultImage)=[^&]*/g;

/** Strong: the same source, recipe, focal point, command, settings and pipeline give the same bytes. */
function etagOf(
  { etag, recipe = '', focus, reduction }: OpenedOriginObject,
  { query, settings }: AskedImage,
): string {
  const commands = canonicalImageQuery(query).replace(withoutPicture, '');
  const point = focus ? `${focus.x},${focus.y}` : '';
  const parts = [
    pipelineVersion,
    etag,
    recipe,
    point,
    reduction?.divisor,
    commands,
    pictureSettings(settings),
  ];
  const hash = createHash('sha256').update(parts.join('\n'));
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
