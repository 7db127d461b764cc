/** Photoshop files made byte by byte. */

export interface PsdOptions {
  readonly width: number;
  readonly height: number;
  /** 0 bitmap, 1 gray, 2 indexed, 3 RGB, 4 CMYK, 7 Multichannel, 8 duotone, 9 Lab. */
  readonly mode: number;
  readonly bits?: number;
  /** A PSB. */
  readonly isLarge?: boolean;
  /** Bytes of each channel, all lines one after the other. */
  readonly planes: readonly (readonly number[] | Uint8Array)[];
  readonly compression?: number;
  readonly palette?: Uint8Array;
  readonly resources?: readonly (readonly [id: number, content: Uint8Array, name?: string])[];
  /** Negative if the first extra channel is transparency. */
  readonly layers?: number;
}

const number = (value: number, bytes: 1 | 2 | 4) => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};

export function psdFile(options: PsdOptions): Buffer {
  const { width, height, mode, bits = 8, isLarge = false, planes, compression = 0 } = options;
  const lineBytes = Math.ceil((width * bits) / 8);
  const length = (value: number) =>
    isLarge ? Buffer.concat([number(0, 4), number(value, 4)]) : number(value, 4);
  const resources = Buffer.concat((options.resources ?? []).map(resource));
  const palette = options.palette ?? Buffer.alloc(0);
  const layers = options.layers === undefined ? Buffer.alloc(0) : layersOf(options.layers, length);
  const lines = planes.flatMap((plane) =>
    Array.from({ length: height }, (_, y) => Buffer.from(plane.slice(y * lineBytes, (y + 1) * lineBytes))),
  );
  const stored = compression === 1 ? lines.map(packed) : lines;
  return Buffer.concat([
    Buffer.from('8BPS', 'latin1'),
    number(isLarge ? 2 : 1, 2),
    Buffer.alloc(6),
    number(planes.length, 2),
    number(height, 4),
    number(width, 4),
    number(bits, 2),
    number(mode, 2),
    number(palette.length, 4),
    palette,
    number(resources.length, 4),
    resources,
    length(layers.length),
    layers,
    number(compression, 2),
    ...(compression === 1 ? stored.map((line) => number(line.length, isLarge ? 4 : 2)) : []),
    ...stored,
  ]);
}

function resource([id, content, name = '']: readonly [number, Uint8Array, string?]): Buffer {
  const title = Buffer.concat([number(name.length, 1), Buffer.from(name, 'latin1')]);
  return Buffer.concat([
    Buffer.from('8BIM', 'latin1'),
    number(id, 2),
    title,
    Buffer.alloc(title.length % 2),
    number(content.length, 4),
    content,
    Buffer.alloc(content.length % 2),
  ]);
}

/** Only the number of layers, as far as a reader of the composite looks. */
function layersOf(count: number, length: (value: number) => Buffer): Buffer {
  const info = Buffer.alloc(8);
  info.writeInt16BE(count, 0);
  return Buffer.concat([length(info.length), info, Buffer.alloc(4)]);
}

/** PackBits: repeated bytes as runs, others as they are. */
export function packed(line: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < line.length; ) {
    let run = 1;
    while (run < 128 && line[at + run] === line[at] && at + run < line.length) run += 1;
    if (run > 1) {
      parts.push(Buffer.from([257 - run, line[at] ?? 0]));
      at += run;
      continue;
    }
    let end = at + 1;
    while (end < line.length && end - at < 128 && line[end] !== line[end + 1]) end += 1;
    parts.push(Buffer.from([end - at - 1]), Buffer.from(line.subarray(at, end)));
    at = end;
  }
  return Buffer.concat(parts);
}

/** The resource in which Photoshop says whether there is a composite. */
export function versionInfo(hasComposite: boolean): readonly [number, Uint8Array] {
  return [1057, Buffer.concat([number(1, 4), number(hasComposite ? 1 : 0, 1), Buffer.alloc(12)])];
}
