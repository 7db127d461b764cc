/** BMP files made byte by byte. */

export interface BmpOptions {
  readonly width: number;
  readonly height: number;
  /** Negative heights are of files whose first line is the top one. */
  readonly isTopDown?: boolean;
  readonly bits: number;
  readonly compression?: number;
  /** Bytes of the second header: 12, 40, 56, 108, 124. */
  readonly headerBytes?: number;
  /** Red, green, blue of each entry. */
  readonly palette?: readonly (readonly [number, number, number])[];
  /** Red, green, blue, and perhaps alpha. */
  readonly masks?: readonly number[];
  readonly data: Uint8Array;
}

export function bmpFile({
  width,
  height,
  isTopDown = false,
  bits,
  compression = 0,
  headerBytes = 40,
  palette = [],
  masks = [],
  data,
}: BmpOptions): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(headerBytes, 0);
  if (headerBytes === 12) {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(bits, 10);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(isTopDown ? -height : height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(bits, 14);
    header.writeUInt32LE(compression, 16);
    header.writeUInt32LE(palette.length, 32);
  }
  const maskBytes = Buffer.alloc(masks.length * 4);
  masks.forEach((mask, index) => {
    maskBytes.writeUInt32LE(mask >>> 0, index * 4);
  });
  // Later headers have a place for the masks, others are followed by them.
  const isInside = headerBytes >= 56;
  if (isInside) maskBytes.copy(header, 40);
  const colours = palette.map(([red, green, blue]) =>
    Buffer.from(headerBytes === 12 ? [blue, green, red] : [blue, green, red, 0]),
  );
  const between = Buffer.concat([...(isInside ? [] : [maskBytes]), ...colours]);
  const first = 14 + headerBytes + between.length;
  const file = Buffer.alloc(14);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(first + data.length, 2);
  file.writeUInt32LE(first, 10);
  return Buffer.concat([file, header, between, data]);
}

/** Lines from the lowest one, each filled to words of four bytes. */
export function bmpLines(lines: readonly (readonly number[])[]): Buffer {
  return Buffer.concat(
    lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.alloc((4 - (line.length % 4)) % 4)])),
  );
}
