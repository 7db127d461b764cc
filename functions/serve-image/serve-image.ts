import { createHash } from 'node:crypto';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { problem } from '../../adapters/http/problem.ts';
import type { CompanyImages } from '../../adapters/s3/image-settings.ts';
import type { OpenedOriginObject } from '../../adapters/s3/origin-object.ts';
import type { MadeImage, SourceFiles } from '../../adapters/sharp/transform-image.ts';
import type { AssetType } from '../../domain/assets/asset.ts';
import { withAutoQuality } from '../../domain/delivery/auto-quality.ts';
import {
  edgeCacheControl,
  imageCacheControl,
  immutableCacheControl,
  notFoundSeconds,
} from '../../domain/delivery/cache-control.ts';
import { cacheTag, cacheTags, presetTag, sourceTags } from '../../domain/delivery/cache-tag.ts';
import { canonicalImageQuery } from '../../domain/delivery/canonical-image-query.ts';
import { chooseFormat } from '../../domain/delivery/choose-format.ts';
import { readDeliveryPath } from '../../domain/delivery/delivery-path.ts';
import { forRequestKind } from '../../domain/delivery/for-request-kind.ts';
import { mimeTypeOf } from '../../domain/delivery/image-formats.ts';
import {
  expandPresets,
  type ImagePreset,
  type PresetName,
  presetNamesIn,
} from '../../domain/delivery/image-preset.ts';
import { replyProperties } from '../../domain/delivery/image-properties.ts';
import {
  type ImageSettings,
  pictureSettings,
  productImageSettings,
  withImageSettings,
} from '../../domain/delivery/image-settings.ts';
import { isLayered } from '../../domain/delivery/is-layered.ts';
import { modifiersOf, withModifiers } from '../../domain/delivery/modifiers.ts';
import { originKey } from '../../domain/delivery/origin-key.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { planImage } from '../../domain/delivery/plan-image.ts';
import type { Point, Size } from '../../domain/delivery/plan-size.ts';
import { printProperties } from '../../domain/delivery/print-properties.ts';
import type { ImageCommand } from '../../domain/delivery/read-image-query.ts';
import { fitsReduction } from '../../domain/delivery/reduction.ts';
import type { ReqKind } from '../../domain/delivery/req-kinds.ts';
import { withRecipe } from '../../domain/delivery/with-recipe.ts';
import { Failure, statusOf } from '../../domain/failure.ts';
import { hasEntity, type ImageResponse, noBody } from './image-response.ts';
import { keepDates } from './keep-dates.ts';
import { discardSources, type OpenedSources, openSources, readSources } from './load-sources.ts';
import {
  type AskedReq,
  printingOf,
  type ReqDependencies,
  reqResponse,
  respondToReq,
} from './respond-to-req.ts';

/**
 * Part of every ETag. Raise it whenever the same command makes a different image from the same bytes: with a new version of
 * sharp, a changed step or a changed encoder setting. Browsers then load the image again instead of receiving a 304.
 */
export const pipelineVersion = 5;

/** Milliseconds of the function's time that are reserved for sending the response, also that of a timeout. */
const reserve = 1_000;

export interface ServeImageDependencies extends ReqDependencies {
  readonly transform: (
    source: Uint8Array,
    command: ImageCommand,
    milliseconds: number,
    recipe?: ImageCommand,
    focus?: Point,
    sources?: SourceFiles,
  ) => Promise<MadeImage>;
  /** The presets and settings of a company. @param milliseconds time limit */
  readonly readImages: (company: string, milliseconds: number) => Promise<CompanyImages>;
  /** @returns undefined if the reduction does not exist (any more). @param milliseconds time limit */
  readonly readReduction: (
    company: string,
    name: string,
    milliseconds: number,
  ) => Promise<Uint8Array | undefined>;
  /** Logs an error on our side. */
  readonly report: (error: unknown) => void;
}

/**
 * "Serve Image": responds to a request of the edge with the image, with 304 if the client has it, or with a problem. Never
 * rejects. What is past its time is not there, and no response lasts longer than what it shows. Costs of an image: one GET from the origin bucket, and one of the company's settings, without a body if they have not changed; one or two
 * more if there is no image.
 */
export async function serveImage(
  event: LambdaFunctionURLEvent,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const dates = keepDates(dependencies);
  const response = dates.cut(await respondOrFail(event, dates.dependencies));
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
  /** Those of nested requests, too. */
  readonly presetNames: readonly PresetName[];
  readonly req: AskedReq;
  readonly isHead: boolean;
  readonly ifNoneMatch: string | undefined;
}

const image: AskedReq = { kind: 'img', format: undefined, handler: undefined, requestId: undefined };

/** What the request asks for, whatever its other commands and presets are. @throws Failure for a wrong `req` or `handler` */
function readReq(query: string): AskedReq {
  if (!/req=/i.test(query)) return image;
  const pieces = canonicalImageQuery(query)
    .split('&')
    .filter((piece) => /^(req|handler|id|\$[\w.-]+)=/.test(piece));
  const { req, handler, id } = parseImageCommand(pieces.join('&'));
  return { kind: req?.kind ?? 'img', format: req?.format, handler, requestId: id };
}

/** Kinds that the other commands and the image decide about. */
const imageKinds: readonly ReqKind[] = ['img', 'tmb', 'mask', 'props'];

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
  const presetNames = presetNamesIn(event.rawQueryString, path.company);
  if (presetNames.length > maxPresetsInUrl) throw tooManyPresets();
  const req = readReq(event.rawQueryString);
  if (presetNames.length === 0 && imageKinds.includes(req.kind)) parseImageCommand(event.rawQueryString);
  return {
    company: path.company,
    // The edge composes the letters of a few scripts only.
    id: path.id.normalize('NFC'),
    rawQuery: event.rawQueryString,
    presetNames,
    req,
    isHead: method === 'HEAD',
    ifNoneMatch: event.headers['if-none-match'],
  };
}

async function respond(
  event: LambdaFunctionURLEvent,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const request = readRequest(event);
  if (!imageKinds.includes(request.req.kind)) return await respondWithoutImage(request, dependencies);
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
    if (object?.redirect !== undefined) {
      return redirectTo(company, id, object.redirect, withoutNegotiation(request.rawQuery));
    }
    const modified = object ? modifiedRequest(request, object) : request;
    // A preset can name the image of the path.
    const query = canonicalImageQuery(await withPresets(modified, presets, dependencies), { company, id });
    const command = forRequestKind(parseImageCommand(query), settings.thumbnail);
    const asked = { ...modified, query, command, settings };
    return object
      ? await respondWith(object, asked, dependencies)
      : await respondWithDefault(asked, open, dependencies);
  } finally {
    object?.discard();
  }
}

/** The request with the modifiers of its image, which can use presets. @throws Failure for too many presets */
function modifiedRequest(request: ImageRequest, object: OpenedOriginObject): ImageRequest {
  const modifiers = modifiersOf(object);
  if (Object.keys(modifiers).length === 0) return request;
  const rawQuery = withModifiers(request.rawQuery, modifiers);
  const presetNames = presetNamesIn(rawQuery, request.company);
  if (presetNames.length > maxPresetsInUrl) throw tooManyPresets();
  return { ...request, rawQuery, presetNames };
}

/** The query with the commands of its presets. Costs a GET for each other company whose presets nested requests use. */
async function withPresets(
  { company, rawQuery, presetNames }: ImageRequest,
  own: readonly ImagePreset[],
  { readImages, remainingTime }: ServeImageDependencies,
): Promise<string> {
  const others = new Set(presetNames.map((preset) => preset.company));
  others.delete(company);
  const found = await Promise.all(
    [...others].map(async (other) => {
      const { presets } = await readImages(other, remainingTime() - reserve);
      return [other, presets] as const;
    }),
  );
  const [, , format, slow] = accepted.exec(rawQuery) ?? [];
  const all = new Map([[company, own], ...found]);
  return expandPresets(rawQuery, company, all, { format, isSlow: slow !== undefined });
}

async function respondWithoutImage(
  request: ImageRequest,
  dependencies: ServeImageDependencies,
): Promise<ImageResponse> {
  const milliseconds = dependencies.remainingTime() - reserve;
  const images = await dependencies.readImages(request.company, milliseconds);
  const { presets, settings = productImageSettings } = images;
  const query = await withPresets(request, presets, dependencies);
  return respondToReq({ ...request, query, settings }, dependencies);
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
  const { command, settings } = asked;
  if (asked.req.kind === 'props') return respondWithProperties(object, asked, dependencies.now());
  return withSources(command, asked, dependencies, async (sources) => {
    const objects = [object, ...[...sources.values()].map((source) => source.object)];
    const etag = etagOf(objects, asked);
    const headers = {
      'cache-control': cacheControlOf(object, asked),
      etag,
      'last-modified': newest(objects).toUTCString(),
      'x-amz-meta-cache-tag': tagsOf(asked, sources).join(),
      ...varyOf(command),
    };
    if (hasEntity(asked.ifNoneMatch, etag)) return { status: 304, headers, body: noBody };
    const image = await made(object, command, settings, headers, asked, sources, dependencies);
    return { status: 200, ...image };
  });
}

/** Opens the images of all layers, and closes them after they were used. */
async function withSources<Result>(
  command: ImageCommand,
  { company }: ImageRequest,
  { openObject, remainingTime }: ServeImageDependencies,
  use: (sources: OpenedSources) => Promise<Result>,
): Promise<Result> {
  const sources = await openSources(company, command, (key) => openObject(key, remainingTime() - reserve));
  try {
    return await use(sources);
  } finally {
    discardSources(sources);
  }
}

function newest(objects: readonly OpenedOriginObject[]): Date {
  return new Date(Math.max(...objects.map(({ lastModified }) => lastModified.getTime())));
}

/** The cache tags of a response: of its image, its company, its presets, and the images of its layers. */
function tagsOf({ company, id, presetNames }: ImageRequest, sources: OpenedSources): string[] {
  return [
    cacheTags(company, id),
    ...presetNames.map((preset) => presetTag(preset.company, preset.name)),
    ...sourceTags(company, [...sources.values()]),
  ];
}

/** Only an `id` that is the version served is immutable: any other number may be that of a later version. */
function cacheControlOf(
  { version }: OpenedOriginObject,
  { command, settings: { lifetimes }, presetNames }: AskedImage,
): string {
  const isOff = command.cache?.client === 'off';
  // A changed preset makes another image at the same address, and so does a changed image of a layer.
  const isFixed = presetNames.length === 0 && !isLayered(command);
  const isVersion = command.id !== undefined && command.id === String(version) && isFixed;
  return isVersion && !isOff
    ? immutableCacheControl
    : imageCacheControl(lifetimes.image, isOff ? 0 : lifetimes.browser);
}

/** The properties of the image that the request would get: it is planned, and not made. */
function respondWithProperties(object: OpenedOriginObject, asked: AskedImage, now: Date): ImageResponse {
  const { command, recipe } = effectiveCommand(object, asked.command, asked.settings);
  const format = chooseFormat(command.fmt, object.alpha === true);
  const size = planned(object, command, recipe);
  const properties = replyProperties(command, size, format, object.version);
  const print = (at: Date) => printProperties(properties, printingOf(asked.req), at);
  const response = reqResponse(asked, { seconds: asked.settings.lifetimes.response, print }, now);
  return { ...response, headers: { ...response.headers, ...varyOf(asked.command) } };
}

/** The command with the recipe of a derived image and the company's settings. */
function effectiveCommand(object: OpenedOriginObject, command: ImageCommand, settings: ImageSettings) {
  const recipe = object.recipe === undefined ? undefined : parseImageCommand(object.recipe);
  const used = recipe === undefined ? command : withRecipe(command, recipe);
  return { command: withImageSettings(withAutoQuality(used, object.autoQuality), settings), recipe };
}

/**
 * The size of a result. Not known for an object without a size, and where another layer 0 decides it.
 * @throws Failure for an image that would be refused for its size
 */
function planned(
  { width, height, alpha }: OpenedOriginObject,
  command: ImageCommand,
  recipe: ImageCommand | undefined,
): Size | undefined {
  if (width === undefined || height === undefined) return undefined;
  if (command.src || command.color || command.text) return undefined;
  const source = recipe ? planImage({ width, height }, recipe).reply : { width, height };
  const fmt = { ...chooseFormat(command.fmt, alpha === true), isGiven: true };
  return planImage(source, { ...command, fmt }).reply;
}

/** Headers and body of an image; for HEAD the headers alone, without the image being made. */
async function made(
  object: OpenedOriginObject,
  command: ImageCommand,
  settings: ImageSettings,
  headers: Readonly<Record<string, string>>,
  { company, isHead }: ImageRequest,
  sources: OpenedSources,
  dependencies: ServeImageDependencies,
): Promise<Omit<ImageResponse, 'status'>> {
  const { transform, remainingTime } = dependencies;
  const { command: effective, recipe } = effectiveCommand(object, command, settings);
  if (isHead)
    return { headers: { ...headers, ...typeWithoutImage(object, effective, recipe) }, body: noBody };
  const reduced = recipe ? undefined : await reductionFor(company, object, effective, dependencies);
  if (reduced) object.discard();
  const source = reduced ?? (await object.read());
  const files = await readSources(sources);
  const { body, format } = await transform(
    source,
    effective,
    remainingTime() - reserve,
    recipe,
    object.focus,
    { company, files },
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
  object: OpenedOriginObject,
  command: ImageCommand,
  recipe: ImageCommand | undefined,
): Readonly<Record<string, string>> {
  planned(object, command, recipe);
  // A recipe or a layer can make an opaque image transparent.
  const alpha = recipe || isLayered(command) ? undefined : object.alpha;
  const types = (alpha === undefined ? [false, true] : [alpha]).map((hasAlpha) =>
    mimeTypeOf(chooseFormat(command.fmt, hasAlpha).format),
  );
  const [type = ''] = types;
  return types.every((other) => other === type) ? { 'content-type': type } : {};
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
  const { company, id, command, settings } = asked;
  const file = await open(id, 'document');
  file?.discard();
  const failure = file ? deliveredAsFile(company, id, file.type) : notFound();
  let defaultId = defaultImageOf(asked);
  if (defaultId === undefined || defaultId === id || !hasDefault.includes(asked.req.kind)) throw failure;
  let object = await open(defaultId);
  if (object?.redirect !== undefined) {
    object.discard();
    defaultId = object.redirect;
    object = await open(defaultId);
  }
  if (!object) throw failure;
  try {
    const seconds = file ? settings.lifetimes.defaultImage : notFoundSeconds;
    const reply = forRequestKind(sizeAndFormatOf(parseImageCommand(asked.query)), settings.thumbnail);
    const used = settings.defaultImageMode === 'reply' ? reply : command;
    const [found, tag] = [object, cacheTag(company, defaultId)];
    return await withSources(used, asked, dependencies, async (sources) => {
      const headers = {
        'cache-control': edgeCacheControl(seconds),
        'x-amz-meta-cache-tag': [...tagsOf(asked, sources), tag].join(),
        ...varyOf(command),
      };
      const image = await made(found, used, settings, headers, asked, sources, dependencies);
      return { status: settings.defaultImageStatus, ...image };
    });
  } finally {
    object.discard();
  }
}

/** The protocol has default images for these kinds alone. */
const hasDefault: readonly ReqKind[] = ['img', 'tmb'];

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
function sizeAndFormatOf({ wid, hei, fmt, qlt, network, req }: ImageCommand): ImageCommand {
  const { fit } = parseImageCommand('');
  const size = { ...(wid !== undefined && { wid }), ...(hei !== undefined && { hei }) };
  return { ...size, ...(network && { network }), ...(req && { req }), fit, fmt, qlt };
}

/** What of the request, apart from its address, decides about the image. */
function varyOf({ fmt, network }: ImageCommand): { vary?: string } {
  const names = [...(fmt.choice ? ['Accept'] : []), ...(network?.state === 'on' ? ['Save-Data', 'ECT'] : [])];
  return names.length === 0 ? {} : { vary: names.join(', ') };
}

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
    body: noBody,
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

/** Strong: the same sources, recipes, focal points, command, settings and pipeline give the same bytes. */
function etagOf(objects: readonly OpenedOriginObject[], { query, settings }: AskedImage): string {
  const commands = canonicalImageQuery(query).replace(withoutPicture, '');
  const images = objects.map(({ etag, recipe = '', focus, reduction, autoQuality }) => {
    const facts = [focus ? `${focus.x},${focus.y}` : '', reduction?.divisor];
    return [etag, recipe, ...facts, autoQuality && JSON.stringify(autoQuality)].join('\n');
  });
  const parts = [pipelineVersion, ...images, commands, pictureSettings(settings)];
  const hash = createHash('sha256').update(parts.join('\n'));
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}
