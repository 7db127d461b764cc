import { createHash } from 'node:crypto';
import type { FoundOriginObject, OpenedOriginObject } from '../../adapters/s3/origin-object.ts';
import type { Placeholder } from '../../adapters/sharp/placeholder.ts';
import { isSetType } from '../../domain/assets/asset.ts';
import { edgeCacheControl, notFoundSeconds } from '../../domain/delivery/cache-control.ts';
import { cacheTags } from '../../domain/delivery/cache-tag.ts';
import { canonicalImageQuery } from '../../domain/delivery/canonical-image-query.ts';
import { deliveryUrlOf } from '../../domain/delivery/delivery-urls.ts';
import {
  catalogProperties,
  placeholderProperties,
  publicFacts,
  sourceProperties,
} from '../../domain/delivery/image-properties.ts';
import type { ImageSettings } from '../../domain/delivery/image-settings.ts';
import { parseImageCommand } from '../../domain/delivery/parse-image-command.ts';
import { planImage } from '../../domain/delivery/plan-image.ts';
import {
  type Printed,
  type Properties,
  plainText,
  printJson,
  printProperties,
  type ReqPrinting,
  xmlDeclaration,
  xmlText,
  xmlType,
} from '../../domain/delivery/print-properties.ts';
import { type ImageCommand, readImageQuery, unknownNames } from '../../domain/delivery/read-image-query.ts';
import type { ReqFormat, ReqKind } from '../../domain/delivery/req-kinds.ts';
import { imageSetText, printSet, type ShownSet } from '../../domain/delivery/set-description.ts';
import { Failure } from '../../domain/failure.ts';
import { inParallel } from '../../domain/in-parallel.ts';
import { parseSetRecord, type SetRecord } from '../../domain/sets/set-record.ts';
import { describeSet, shown, withLiveMembers } from './describe-set.ts';
import {
  allPlaces,
  findPublished,
  keyIn,
  type Place,
  type PublishedObject,
  places,
  type ReadServer,
} from './find-published.ts';
import { hasEntity, type ImageResponse, noBody } from './image-response.ts';

/** What a request asks for with `req=`. */
export interface AskedReq {
  readonly kind: ReqKind;
  readonly format: ReqFormat | undefined;
  readonly handler: string | undefined;
  /** The value of `id`. */
  readonly requestId: string | undefined;
}

/** A request for something else than an image. */
export interface ReqRequest {
  readonly company: string;
  readonly id: string;
  readonly req: AskedReq;
  /** With the commands of its presets. */
  readonly query: string;
  readonly settings: ImageSettings;
  readonly isHead: boolean;
  readonly ifNoneMatch: string | undefined;
}

export interface ReqDependencies {
  readonly openObject: (key: string, milliseconds: number) => Promise<OpenedOriginObject | undefined>;
  /** The same in the origin of videos. */
  readonly openVideoObject: (key: string, milliseconds: number) => Promise<OpenedOriginObject | undefined>;
  /** The facts of an object: one HEAD. */
  readonly findObject: (
    server: ReadServer,
    key: string,
    milliseconds: number,
  ) => Promise<FoundOriginObject | undefined>;
  /** What a page shows until the image is loaded. @param milliseconds time limit */
  readonly makePlaceholder: (
    source: Uint8Array,
    milliseconds: number,
    recipe?: ImageCommand,
  ) => Promise<Placeholder>;
  readonly remainingTime: () => number;
  readonly now: () => Date;
}

/** Seconds; undefined is not cached. */
interface Reply {
  readonly seconds: number | undefined;
  readonly print: (at: Date) => Printed;
}

/** Milliseconds of the function's time that are reserved for sending the response. */
const reserve = 1_000;

/**
 * Responds to `req=` of a kind that is no image and needs no plan of one. Costs: HEAD requests: one for what the address names, where it
 * is an image, at most five where it is not, and one for each member of a set; a GET for the record of a set, and for an image
 * without a placeholder.
 * @throws Failure `delivery.not-found` for an id under which nothing is published, except where the kind has a response for it
 */
export async function respondToReq(
  request: ReqRequest,
  dependencies: ReqDependencies,
): Promise<ImageResponse> {
  return reqResponse(request, await replyTo(request, dependencies), dependencies.now());
}

/** A printed reply with its headers. */
export function reqResponse(
  { company, id, isHead, ifNoneMatch }: ReqRequest,
  { seconds, print }: Reply,
  now: Date,
): ImageResponse {
  // The time of a response is no part of what it says.
  const etag = `"${createHash('sha256')
    .update(print(new Date(0)).text)
    .digest('base64url')
    .slice(0, 27)}"`;
  const { type, text } = print(now);
  const body = Buffer.from(text);
  const headers = {
    'content-type': type,
    'content-length': String(body.length),
    'cache-control': seconds === undefined ? 'no-store' : edgeCacheControl(seconds),
    'x-amz-meta-cache-tag': cacheTags(company, id),
    ...(seconds !== undefined && { etag }),
  };
  if (seconds !== undefined && hasEntity(ifNoneMatch, etag)) {
    const { 'content-length': _length, 'content-type': _type, ...kept } = headers;
    return { status: 304, headers: kept, body: noBody };
  }
  return { status: 200, headers, body: isHead ? noBody : body };
}

async function replyTo(request: ReqRequest, dependencies: ReqDependencies): Promise<Reply> {
  const { company, id, req, settings } = request;
  const seconds = settings.lifetimes.response;
  const milliseconds = () => dependencies.remainingTime() - reserve;
  const findObject = (server: ReadServer, key: string) =>
    dependencies.findObject(server, key, milliseconds());
  const find = (where: readonly Place[]) => findPublished(company, id, where, findObject);
  const properties = (found: Properties, lifetime: number | undefined = seconds): Reply => ({
    seconds: lifetime,
    print: (at) => printProperties(found, printingOf(req), at),
  });

  switch (req.kind) {
    case 'exists': {
      const found = await find(allPlaces);
      // What is unknown may be published in a moment.
      return properties({ 'catalogRecord.exists': found ? '1' : '0' }, found ? seconds : notFoundSeconds);
    }
    case 'userdata':
      return properties(publicFacts(((await find(allPlaces)) ?? notFound()).object));
    case 'imageprops': {
      const image = (await find([places.image])) ?? notFound();
      const { object } = image;
      const source = { company, id: image.id, recipe: object.recipe };
      return properties(sourceProperties(source, object, sizeOf(object), object.lastModified, settings));
    }
    case 'catalogprops':
      return properties(catalogProperties(settings));
    case 'lqip': {
      const image = (await find([places.image])) ?? notFound();
      return properties(placeholderProperties(await placeholder(image), sizeOf(image.object)));
    }
    case 'imageset': {
      const set = await findSet();
      const text = `${set ? imageSetText(company, await withLiveMembers(company, set.record, findObject)) : ''}\r\n`;
      return { seconds: set ? seconds : notFoundSeconds, print: () => ({ type: plainText, text }) };
    }
    case 'set': {
      const described = await describe();
      return { seconds, print: () => printSet(described, printingOf(req)) };
    }
    case 'mbrset': {
      const videos = await videosOf();
      return { seconds, print: () => printVideos(videos, printingOf(req)) };
    }
    case 'validate':
      return { ...properties(validity(request)), seconds: undefined };
    case 'resolve': {
      const text = `${resolved(request)}\n`;
      return { seconds: undefined, print: () => ({ type: plainText, text }) };
    }
    default:
      throw new Error(`req=${req.kind} is an image`);
  }

  /** As ingest recorded it; else it is made of the image. */
  async function placeholder({ id: imageId, place, object }: PublishedObject): Promise<Placeholder> {
    const { thumbHash, dominantColour } = object;
    if (thumbHash !== undefined && dominantColour !== undefined && object.recipe === undefined)
      return { thumbHash, dominantColour };
    const opened = await dependencies.openObject(keyIn(place, company, imageId), milliseconds());
    if (!opened) return notFound();
    const recipe = opened.recipe === undefined ? undefined : parseImageCommand(opened.recipe);
    return dependencies.makePlaceholder(await opened.read(), milliseconds(), recipe);
  }

  async function readRecord(
    { server, type }: Place,
    of: string,
    setId: string,
  ): Promise<SetRecord | undefined> {
    const open = server === 'video' ? dependencies.openVideoObject : dependencies.openObject;
    const object = await open(keyIn({ server, type }, of, setId), milliseconds());
    return object && parseSetRecord(Buffer.from(await object.read()).toString());
  }

  async function findSet(): Promise<{ set: PublishedObject; record: SetRecord } | undefined> {
    const set = await find([places.set, places.videoSet]);
    const record = set && (await readRecord(set.place, company, set.id));
    return record && { set, record };
  }

  /** A set with its members; a single asset is a set of itself. */
  async function describe(): Promise<ShownSet> {
    const found =
      (await find([places.set, ...allPlaces.filter((place) => place !== places.set)])) ?? notFound();
    const asset = shown(found);
    if (!isSetType(found.type)) return { company, asset, items: [{ asset }] };
    const record = (await readRecord(found.place, company, found.id)) ?? notFound();
    return describeSet(company, found, record, { findObject, readRecord });
  }

  /** The live videos of an adaptive video set, or the video itself. */
  async function videosOf(): Promise<Video[]> {
    const found = (await find([places.videoSet, places.video])) ?? notFound();
    const record = isSetType(found.type) ? await readRecord(found.place, company, found.id) : undefined;
    const ids = record ? record.members.map((member) => member.id) : [found.id];
    const videos = await inParallel(ids, 16, (member) =>
      findPublished(company, member, [places.video], findObject),
    );
    return videos.flatMap((video) => {
      const url = video && deliveryUrlOf({ company, id: video.id, type: 'video' }, video.object.version);
      return video && url !== undefined ? [{ id: video.id, url }] : [];
    });
  }
}

/** The size of an image; of a derived image that of its recipe's result. Not known for an object without a size. */
export function sizeOf({ width, height, recipe }: FoundOriginObject) {
  if (width === undefined || height === undefined) return undefined;
  return recipe === undefined
    ? { width, height }
    : planImage({ width, height }, parseImageCommand(recipe)).reply;
}

export function printingOf({ format = 'text', handler, requestId }: AskedReq): ReqPrinting {
  return { format, handler, requestId };
}

interface Video {
  readonly id: string;
  readonly url: string;
}

function printVideos(videos: readonly Video[], printing: ReqPrinting): Printed {
  switch (printing.format) {
    case 'xml': {
      const entries = videos.map(({ id, url }) => `<video n="${xmlText(id)}" url="${xmlText(url)}"/>`);
      return { type: xmlType, text: `${xmlDeclaration}<mbrSet>${entries.join('')}</mbrSet>\n` };
    }
    case 'json2':
      return printJson({ videos }, printing);
    default:
      return { type: plainText, text: videos.map(({ url }) => `${url}\n`).join('') };
  }
}

/** Wrong values, and names that are no commands: a typing error in a name is not refused, but ignored. */
function validity({ company, id, query }: ReqRequest): Properties {
  const { problems = [] } = readImageQuery(canonicalImageQuery(query, { company, id }));
  const unknown = unknownNames(query.replaceAll(/(^|&)(amp;)+/gi, '$1'));
  return {
    'request.isValid': problems.length === 0 ? '1' : '0',
    ...(problems.length > 0 && {
      'request.problems': problems.map(({ field, message }) => `${field}: ${message}`).join('; '),
    }),
    ...(unknown.length > 0 && { 'request.unknown': unknown.join(',') }),
  };
}

/** The address with its presets, variables and the company's settings written out. */
function resolved({ company, id, query, settings: { bkgColor, jpegQuality, resMode } }: ReqRequest): string {
  const commands = canonicalImageQuery(query, { company, id })
    .split('&')
    .filter((piece) => !/^(req|handler)=/.test(piece))
    .join('&');
  parseImageCommand(commands);
  const defaults = `bgc=${bkgColor}&qlt=${jpegQuality.quality},${jpegQuality.fullChroma ? 1 : 0}&resMode=${resMode}`;
  const path = deliveryUrlOf({ company, id, type: 'image' });
  return `${path}?${canonicalImageQuery(`${defaults}&${commands}`)}`;
}

function notFound(): never {
  throw new Failure('delivery.not-found', 'There is nothing published at this address');
}
