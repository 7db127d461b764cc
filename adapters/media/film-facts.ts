import type { Input, InputFormat, InputTrack } from 'mediabunny';
import type { MediaFacts } from '../../domain/assets/media-facts.ts';
import type { MediaFile } from './media-file.ts';

export type FilmFacts = Pick<
  MediaFacts<string>,
  'width' | 'height' | 'duration' | 'rotation' | 'frameRate' | 'videoCodec' | 'audioCodec'
>;

/**
 * Limits of one file, against files that lead a reader around: each block is a request to S3. The tables of a film of two hours take
 * some megabytes.
 */
const blockBytes = 1024 ** 2;
const maxBlocks = 32;
const maxMilliseconds = 10_000;

/** Packets whose times are compared for the frame rate. */
const comparedPackets = 60;

/**
 * The facts of a video or sound, from its tables: no picture is decoded. It never throws because of the file: what cannot be read is
 * missing, since browsers may still play it. Containers: MP4, QuickTime, Matroska, WebM, MPEG-TS, MP3, WAV, Ogg, ADTS.
 *
 * Costs: none to three reads of a part for most files.
 * @throws the errors of `readRange`
 */
export async function readFilmFacts(file: MediaFile): Promise<FilmFacts> {
  const bunny = await import('mediabunny');
  // Not ALL_FORMATS: a playlist (HLS) names other files, and a damaged FLAC keeps the library in a loop for ever.
  const formats: InputFormat[] = [
    bunny.MP4,
    bunny.QTFF,
    bunny.MATROSKA,
    bunny.WEBM,
    bunny.MPEG_TS,
    bunny.MP3,
    bunny.WAVE,
    bunny.OGG,
    bunny.ADTS,
  ];
  const reading = limitedReads(file, Date.now() + maxMilliseconds);
  const input = new bunny.Input({
    formats,
    source: new bunny.CustomSource({
      getSize: () => file.bytes,
      read: reading.read,
      maxCacheSize: 0,
      handleUnhandledError: () => {},
    }),
  });
  try {
    return await factsOf(input);
  } catch {
    if (reading.failure) throw reading.failure;
    return {};
  } finally {
    input.dispose();
  }
}

async function factsOf(input: Input): Promise<FilmFacts> {
  const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  const tracks = [video, audio].filter((track) => track !== null);
  if (tracks.length === 0) return {};
  const duration = await input.getDurationFromMetadata(tracks).catch(() => null);
  const film = video && {
    width: positive(await video.getDisplayWidth()),
    height: positive(await video.getDisplayHeight()),
    rotation: await video.getRotation(),
    frameRate: await video.computePacketStats(comparedPackets).then(
      ({ averagePacketRate }) => positive(averagePacketRate),
      () => undefined,
    ),
    videoCodec: await codecOf(video),
  };
  const facts = {
    ...film,
    duration: positive(duration ?? undefined) ?? positive(await input.computeDuration(tracks).catch(() => 0)),
    audioCodec: audio ? await codecOf(audio) : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** As browsers name it in `codecs="…"`, or as the file names it. */
async function codecOf(track: InputTrack): Promise<string | undefined> {
  const name = await track.getCodecParameterString().catch(() => null);
  return (name ?? (await track.getCodec()) ?? undefined)?.slice(0, 100);
}

/** Rounded to three digits. A file may say anything: infinite and negative numbers are left out. */
function positive(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value) || value <= 0 || value > 1e9) return undefined;
  return Math.round(value * 1_000) / 1_000;
}

/**
 * Reads of a file within the limits. Blocks that were read stay in memory, and the head, which was read already, costs nothing. The
 * library keeps nothing itself: so each of its steps comes through here, and one that goes round in circles on a hostile file ends
 * with the time.
 */
function limitedReads({ bytes, head, readRange }: MediaFile, until: number) {
  const blocks = new Map<number, Uint8Array>();
  const reading = {
    /** An error of the storage. */
    failure: undefined as unknown,
    async read(start: number, end: number): Promise<Uint8Array> {
      if (Date.now() > until) throw new Error('The time is up');
      const last = Math.min(end, bytes);
      if (last <= head.length) return head.slice(start, last);
      const first = Math.floor(start / blockBytes);
      const parts: Uint8Array[] = [];
      for (let index = first; index * blockBytes < last; index += 1) parts.push(await blockAt(index));
      const joined = parts.length === 1 ? (parts[0] ?? head) : Buffer.concat(parts);
      return joined.slice(start - first * blockBytes, last - first * blockBytes);
    },
  };
  return reading;

  async function blockAt(index: number): Promise<Uint8Array> {
    const known = blocks.get(index);
    if (known) return known;
    if (blocks.size >= maxBlocks) throw new Error('The file needs too many reads');
    const first = index * blockBytes;
    try {
      const block = await readRange(first, Math.min(blockBytes, bytes - first));
      blocks.set(index, block);
      return block;
    } catch (error) {
      reading.failure = error;
      throw error;
    }
  }
}
