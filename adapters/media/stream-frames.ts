/** Streams whose files begin with a sync word of a few bits, which many other files begin with too: several frames decide. */

/** MPEG audio: kilobits a second by version (1, or 2 and 2.5) and layer (ISO/IEC 11172-3 and 13818-3, 2.4.2.3). */
const bitRates: Readonly<Record<string, readonly number[]>> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2-3': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

const sampleRates = [44_100, 48_000, 32_000] as const;

/** Bits of a header that are the same in all frames of a file: sync word, version, layer, sample rate. */
const constantBits = 0xfffe0c00;

/** @returns the length of an MPEG audio frame, 0 for one of free bit rate, undefined if no frame begins here */
function mpegFrameBytes(header: number): number | undefined {
  const version = (header >>> 19) & 3;
  const layer = 4 - ((header >>> 17) & 3);
  const rate = sampleRates[(header >>> 10) & 3];
  const bitRate = (header >>> 12) & 15;
  if (header >>> 21 !== 0x7ff || version === 1 || layer === 4 || rate === undefined || bitRate === 15)
    return undefined;
  const isFirst = version === 3;
  const bits = (bitRates[`${isFirst ? 1 : 2}-${layer}`]?.[bitRate] ?? 0) * 1_000;
  const samplesASecond = isFirst ? rate : version === 2 ? rate / 2 : rate / 4;
  const padding = (header >>> 9) & 1;
  if (bits === 0) return 0;
  if (layer === 1) return (Math.floor((12 * bits) / samplesASecond) + padding) * 4;
  const factor = layer === 3 && !isFirst ? 72 : 144;
  return Math.floor((factor * bits) / samplesASecond) + padding;
}

/** Whether MPEG audio (MP1, MP2, MP3) begins here: a frame, and where it ends another one of the same kind. */
export function isMpegAudio(head: Uint8Array): boolean {
  const view = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (view.length < 4) return false;
  const header = view.readUInt32BE(0);
  const length = mpegFrameBytes(header);
  // Without a bit rate, the length of a frame is not known.
  if (length === undefined || length === 0) return false;
  if (length + 4 > view.length) return true;
  return ((view.readUInt32BE(length) ^ header) & constantBits) === 0;
}

/** Bytes of AC-3 frames at 48 kHz by their code; other rates differ by a few bytes, so that only fields are compared. */
const maxAc3SizeCode = 37;

/** Whether AC-3 or E-AC-3 begins here (ETSI TS 102 366). */
export function isAc3(head: Uint8Array): boolean {
  const [first, second] = head;
  if (first !== 0x0b || second !== 0x77 || head.length < 7) return false;
  const rate = (head[4] ?? 0) >> 6;
  const sizeCode = (head[4] ?? 0) & 63;
  const stream = (head[5] ?? 0) >> 3;
  if (stream <= 10) return rate !== 3 && sizeCode <= maxAc3SizeCode;
  return stream <= 16;
}

/** Bytes of a packet of a transport stream, and of one with a time stamp before it (ISO/IEC 13818-1; M2TS). */
const packets = [
  { bytes: 188, sync: 0 },
  { bytes: 192, sync: 4 },
] as const;

/** Packets that have to begin with the sync byte. Of a random file, one in 16 million does. */
const packetsCompared = 5;

/** Whether an MPEG transport stream begins here. A short file has at least two packets. */
export function isTransportStream(head: Uint8Array): boolean {
  return packets.some(({ bytes, sync }) => {
    const count = Math.min(packetsCompared, Math.floor(head.length / bytes));
    return (
      count >= 2 &&
      Array.from({ length: count }, (_, index) => head[index * bytes + sync]).every((byte) => byte === 0x47)
    );
  });
}
