/** The colours of an AV1 bitstream, from its sequence header (AV1 specification, 5.5). */

export interface Av1Colours {
  /** Code points of Rec. ITU-T H.273; 2 is unspecified. */
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly isFullRange: boolean;
  readonly isMonochrome: boolean;
}

const sequenceHeader = 1;
const unspecified = 2;

/** @param data the start of an image's AV1 data. @returns undefined if no sequence header is found in it */
export function av1Colours(data: Uint8Array): Av1Colours | undefined {
  for (let at = 0; at < data.length; ) {
    const header = data[at] ?? 0;
    const type = (header >> 3) & 15;
    at += (header & 4) === 0 ? 1 : 2;
    let length = data.length - at;
    if ((header & 2) !== 0) {
      length = 0;
      for (let index = 0; index < 5; index += 1) {
        const byte = data[at] ?? 0;
        at += 1;
        length += (byte & 0x7f) * 2 ** (7 * index);
        if ((byte & 0x80) === 0) break;
      }
    }
    if (type === sequenceHeader) return readSequenceHeader(data.subarray(at, at + length));
    at += length;
  }
  return undefined;
}

/** Names and order are those of the specification. */
function readSequenceHeader(data: Uint8Array): Av1Colours {
  let position = 0;
  const read = (bits: number): number => {
    let value = 0;
    for (let index = 0; index < bits; index += 1, position += 1) {
      value = value * 2 + (((data[position >> 3] ?? 0) >> (7 - (position & 7))) & 1);
    }
    return value;
  };
  const profile = read(3);
  read(1);
  const isReduced = read(1) === 1;
  if (isReduced) read(5);
  else readOperatingPoints(read);
  const widthBits = read(4) + 1;
  const heightBits = read(4) + 1;
  read(widthBits);
  read(heightBits);
  if (!isReduced && read(1) === 1) read(7);
  read(3);
  if (!isReduced) {
    read(4);
    const orderHint = read(1) === 1;
    if (orderHint) read(2);
    const screenContent = read(1) === 1 ? 2 : read(1);
    if (screenContent > 0 && read(1) === 0) read(1);
    if (orderHint) read(3);
  }
  read(3);
  const isHighDepth = read(1) === 1;
  if (profile === 2 && isHighDepth) read(1);
  const isMonochrome = profile !== 1 && read(1) === 1;
  const isDescribed = read(1) === 1;
  const [primaries, transfer, matrix] = isDescribed
    ? [read(8), read(8), read(8)]
    : [unspecified, unspecified, unspecified];
  // sRGB numbers without a matrix are always of full range.
  const isIdentity = !isMonochrome && primaries === 1 && transfer === 13 && matrix === 0;
  return { primaries, transfer, matrix, isFullRange: isIdentity || read(1) === 1, isMonochrome };
}

function readOperatingPoints(read: (bits: number) => number): void {
  let delayBits = 0;
  const isTimed = read(1) === 1;
  if (isTimed) {
    read(64);
    if (read(1) === 1) readVariableLength(read);
    if (read(1) === 1) {
      delayBits = read(5) + 1;
      read(42);
    }
  }
  const hasDelay = read(1) === 1;
  const points = read(5) + 1;
  for (let point = 0; point < points; point += 1) {
    read(12);
    if (read(5) > 7) read(1);
    if (delayBits > 0 && read(1) === 1) read(delayBits * 2 + 1);
    if (hasDelay && read(1) === 1) read(4);
  }
}

function readVariableLength(read: (bits: number) => number): void {
  let zeros = 0;
  while (zeros < 32 && read(1) === 0) zeros += 1;
  if (zeros < 32) read(zeros);
}
