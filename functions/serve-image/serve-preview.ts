import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { problem } from '../../adapters/http/problem.ts';
import type { MasterFile } from '../../adapters/s3/master-file.ts';
import type { OpenedOriginObject } from '../../adapters/s3/origin-object.ts';
import { isRevoked, type PreviewSettingsReader } from '../../adapters/s3/preview-settings.ts';
import { generationOf, openPreview, revocationOf } from '../../adapters/tokens/preview-tokens.ts';
import { type AssetType, assetTypes } from '../../domain/assets/asset.ts';
import { canonicalImageQuery } from '../../domain/delivery/canonical-image-query.ts';
import { presetNamesIn } from '../../domain/delivery/image-preset.ts';
import { withModifiers } from '../../domain/delivery/modifiers.ts';
import { negotiatedQuery } from '../../domain/delivery/negotiated-query.ts';
import { type OriginFacts, readOriginFacts } from '../../domain/delivery/origin-metadata.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import {
  type PreviewPath,
  type PreviewScope,
  pathKindOf,
  readPreviewPath,
  type ThumbnailSource,
  thumbnailCommands,
  thumbnailSourceOf,
} from '../../domain/delivery/preview-scope.ts';
import { maxFontBytes } from '../../domain/delivery/text-layer.ts';
import { drawCard } from '../../domain/delivery/thumbnail-card.ts';
import { Failure, statusOf } from '../../domain/failure.ts';
import { allPlaces, keyIn, type Place, places, type ReadServer } from './find-published.ts';
import { type ImageResponse, noBody } from './image-response.ts';
import { type ServeImageDependencies, serveImage } from './serve-image.ts';

/** Milliseconds of the function's time that are reserved for sending the response. */
const reserve = 1_000;

export interface ServePreviewDependencies extends ServeImageDependencies, PreviewSettingsReader {
  /** @returns undefined if the masters bucket no longer has this version */
  readonly openMaster: (scope: PreviewScope, milliseconds: number) => Promise<OpenedOriginObject | undefined>;
  /**
   * Bytes of a master as they are.
   * @param range as the request names it
   * @throws Failure `request.too-large` for more than a response can have
   */
  readonly readMaster: (
    scope: PreviewScope,
    range: string | undefined,
    milliseconds: number,
  ) => Promise<MasterFile | undefined>;
  /** The thumbnail of a font as SVG; undefined for what is no font in a form that is read. */
  readonly drawSpecimen: (bytes: Uint8Array) => Promise<string | undefined>;
  /** Draws a thumbnail as WebP. @param milliseconds time limit */
  readonly drawSvg: (svg: string, milliseconds: number) => Promise<Uint8Array>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * "Serve Image" for previews: checks the token, and serves what is not published from the masters, with the whole image
 * grammar. Never rejects.
 *
 * Costs: one GET from the masters bucket, none for the card of a type that cannot be shown in small, and every 30 seconds one for the keys of the company.
 */
export async function servePreview(
  event: LambdaFunctionURLEvent,
  dependencies: ServePreviewDependencies,
): Promise<ImageResponse> {
  try {
    const response = await respond(event, dependencies);
    return { ...response, headers: { ...response.headers, ...previewHeaders } };
  } catch (error) {
    if (!(error instanceof Failure) || statusOf(error.code) >= 500) dependencies.report(error);
    const { statusCode = 500, headers, body } = problem(error, event.requestContext.requestId);
    return {
      status: statusCode,
      headers: { ...(headers as Record<string, string>), ...previewHeaders },
      body: Buffer.from(body ?? ''),
    };
  }
}

/** No search engine lists a preview, and no other site learns its address from a link in it. */
const previewHeaders = {
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'referrer-policy': 'no-referrer',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': '*',
};

async function respond(
  event: LambdaFunctionURLEvent,
  dependencies: ServePreviewDependencies,
): Promise<ImageResponse> {
  const { method } = event.requestContext.http;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new Failure('route.method-not-allowed', `Use GET or HEAD to load a preview, not ${method}`, {
      facts: { allow: 'GET, HEAD' },
    });
  }
  const path = readPreviewPath(event.rawPath);
  if (!path) throw notFound();
  const scope = await openScope(path, dependencies);
  const secondsLeft = scope.expires - Math.floor(dependencies.clock() / 1_000);
  const response = await show(event, path, scope, dependencies);
  return {
    ...response,
    headers: { ...response.headers, 'cache-control': cachingOf(response, event, scope, secondsLeft) },
  };
}

/** Seconds that browsers keep what can change: a picture that was made with a preset or with other images, and what `req=` says about a set. */
const changingSeconds = 60;

/** A version never changes. What the browser has loaded, it shows without asking until the preview ends. */
function cachingOf(
  { status }: ImageResponse,
  { rawQueryString }: LambdaFunctionURLEvent,
  scope: PreviewScope,
  secondsLeft: number,
): string {
  if (status >= 400) return 'no-store';
  const query = withModifiers(rawQueryString, factsOf(scope));
  const mayChange = presetNamesIn(query, scope.company).length > 0 || /(req|src|mask|font)=/i.test(query);
  return `private, max-age=${mayChange ? Math.min(changingSeconds, secondsLeft) : secondsLeft}`;
}

/**
 * What a token opens.
 * @throws Failure `delivery.not-found` for a token that was not made for this path; `preview.ended`
 */
async function openScope(
  path: PreviewPath,
  { readPreviewSettings, clock }: ServePreviewDependencies,
): Promise<PreviewScope> {
  const generation = generationOf(path.token);
  if (generation === undefined) throw notFound();
  const settings = await readPreviewSettings(path.company, generation);
  if (!settings) throw notFound();
  // It cannot be checked with the key of today. To say so tells nothing about the asset.
  if (generation < settings.generation) throw ended('Every preview of the company was revoked');
  const scope = openPreview(path.token, path, settings);
  if (!scope || pathKindOf(scope.kind) !== path.kind) throw notFound();
  if (scope.expires * 1_000 <= clock())
    throw ended(`It expired at ${new Date(scope.expires * 1_000).toISOString()}`);
  if (isRevoked(settings, revocationOf(path.token))) throw ended('It was revoked');
  return scope;
}

function notFound(): Failure {
  return new Failure('delivery.not-found', 'There is no preview at this address');
}

function ended(why: string): Failure {
  return new Failure('preview.ended', `${why}; ask for a new link`);
}

async function show(
  event: LambdaFunctionURLEvent,
  path: PreviewPath,
  scope: PreviewScope,
  dependencies: ServePreviewDependencies,
): Promise<ImageResponse> {
  switch (scope.kind) {
    case 'image':
    case 'set':
      return showImage(event, path, scope, queryOf(event), dependencies);
    case 'thumbnail':
      return showThumbnail(event, path, scope, dependencies);
    case 'content':
    case 'video':
      return showFile(event, scope, dependencies);
  }
}

/** The asset itself in small, or a card. */
async function showThumbnail(
  event: LambdaFunctionURLEvent,
  path: PreviewPath,
  scope: PreviewScope,
  dependencies: ServePreviewDependencies,
): Promise<ImageResponse> {
  const type = typeOf(scope);
  const source = thumbnailSourceOf(type);
  if (type === undefined || source === 'image')
    return showImage(event, path, scope, thumbnailCommands, dependencies);
  const body =
    (await smallPicture(source, scope, dependencies)) ??
    (await dependencies.drawSvg(drawCard(type, scope.mimeType), dependencies.remainingTime() - reserve));
  return {
    status: 200,
    headers: { 'content-type': 'image/webp', 'content-length': String(body.length) },
    body: event.requestContext.http.method === 'HEAD' ? noBody : body,
  };
}

/** Bytes of an animation whose first picture is shown. */
const maxAnimationBytes = 20 * 1024 ** 2;

/**
 * The picture that is made of a master that is no image.
 * @returns undefined where it gives none: it is too large or damaged, or a font in a form that is not read
 */
async function smallPicture(
  source: Exclude<ThumbnailSource, 'image'>,
  scope: PreviewScope,
  dependencies: ServePreviewDependencies,
): Promise<Uint8Array | undefined> {
  if (scope.poster !== undefined) return posterInSmall(scope.company, scope.poster, dependencies);
  if (source === 'card') return undefined;
  const { openMaster, transform, drawSpecimen, drawSvg, remainingTime } = dependencies;
  const master = await openMaster(scope, remainingTime() - reserve);
  if (!master) throw notFound();
  if (master.bytes > (source === 'font' ? maxFontBytes : maxAnimationBytes)) {
    master.discard();
    return undefined;
  }
  const bytes = await master.read();
  try {
    if (source === 'animation') return (await transform(bytes, inSmall, remainingTime() - reserve)).body;
    const specimen = await drawSpecimen(bytes);
    return specimen === undefined ? undefined : await drawSvg(specimen, remainingTime() - reserve);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The poster of a video. @returns undefined if it was replaced meanwhile, or is no picture */
async function posterInSmall(
  company: string,
  name: string,
  { readReduction, transform, remainingTime }: ServePreviewDependencies,
): Promise<Uint8Array | undefined> {
  const bytes = await readReduction(company, name, remainingTime() - reserve);
  if (!bytes) return undefined;
  try {
    return (await transform(bytes, inSmall, remainingTime() - reserve)).body;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

const inSmall = parseImageCommand(thumbnailCommands);

/** The query as the edge gives it to the image server. */
function queryOf({ rawQueryString, headers }: LambdaFunctionURLEvent): string {
  return negotiatedQuery(rawQueryString, canonicalImageQuery(rawQueryString), (name) => headers[name] ?? '');
}

/** What the image server says or makes, with the master in the place where it is once it is published. */
async function showImage(
  event: LambdaFunctionURLEvent,
  path: PreviewPath,
  scope: PreviewScope,
  query: string,
  dependencies: ServePreviewDependencies,
): Promise<ImageResponse> {
  const { company, id } = scope;
  const own = ownPlace(scope);
  const openOwn = async (place: Place, milliseconds: number) => {
    if (place !== own) return undefined;
    const master = await dependencies.openMaster(scope, milliseconds);
    if (!master) throw notFound();
    return scope.kind === 'thumbnail' ? withAllModifiersBefore(master) : master;
  };
  const placeOf = (server: ReadServer, key: string) =>
    allPlaces.find((place) => place.server === server && keyIn(place, company, id) === key);
  /** What else a command or a set names is shown only if it is published. */
  const opening =
    (server: ReadServer, open: ServeImageDependencies['openObject']): typeof open =>
    (key, milliseconds) => {
      const place = placeOf(server, key);
      return place ? openOwn(place, milliseconds) : open(key, milliseconds);
    };
  const response = await serveImage(
    { ...event, rawPath: path.path, rawQueryString: query },
    {
      ...dependencies,
      openObject: opening('image-serving', dependencies.openObject),
      openVideoObject: opening('video', dependencies.openVideoObject),
      async findObject(server, key, milliseconds) {
        const place = placeOf(server, key);
        if (!place) return dependencies.findObject(server, key, milliseconds);
        const found = await openOwn(place, milliseconds);
        found?.discard();
        return found;
      },
    },
  );
  const { 'x-amz-meta-cache-tag': _tag, ...headers } = response.headers;
  return { ...response, headers };
}

/** A thumbnail has its own size and format, also where a modifier replaces those of every address. */
function withAllModifiersBefore({
  modifier,
  postModifier,
  ...master
}: OpenedOriginObject): OpenedOriginObject {
  const all = withModifiers('', { ...(modifier && { modifier }), ...(postModifier && { postModifier }) });
  return all === '' ? master : { ...master, modifier: all };
}

/** The type of the asset; undefined in what an earlier release signed. */
function typeOf(scope: PreviewScope): AssetType | undefined {
  const { type } = factsOf(scope);
  return assetTypes.find((known) => known === type);
}

function factsOf({ facts }: PreviewScope): OriginFacts {
  return facts === undefined ? {} : readOriginFacts(encodeURIComponent(facts));
}

/** Where the image server looks for the asset once it is published. */
function ownPlace(scope: PreviewScope): Place {
  if (scope.kind !== 'set') return places.image;
  return typeOf(scope) === places.videoSet.type ? places.videoSet : places.set;
}

/** A file or a video as it is. */
async function showFile(
  event: LambdaFunctionURLEvent,
  scope: PreviewScope,
  { readMaster, remainingTime }: ServePreviewDependencies,
): Promise<ImageResponse> {
  const file = await readMaster(scope, event.headers.range, remainingTime() - reserve);
  if (!file) throw notFound();
  const { etag, bytes, range } = file;
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      etag,
      'content-type': scope.mimeType,
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      ...(range === undefined ? {} : { 'content-range': range }),
    },
    body: event.requestContext.http.method === 'HEAD' ? noBody : bytes,
  };
}
