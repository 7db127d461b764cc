/** GIF files made block by block. */

export interface GifFrame {
  readonly width: number;
  readonly height: number;
  /** Pixels that its data has; all of them unless given. */
  readonly pixels?: number;
}

/** LZW codes of 3 bits (2 bits a pixel): a clear code before every pixel keeps the size of the codes. */
function lzw(pixels: number): Buffer {
  const codes = Array.from({ length: pixels }, () => [4, 1]).flat();
  codes.push(5);
  const bits = codes.flatMap((code) => [code & 1, (code >> 1) & 1, code >> 2]);
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (index & 7));
  });
  return bytes;
}

function subBlocks(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

const u16 = (value: number) => Buffer.from([value & 255, value >> 8]);

export function gifFile(
  frames: readonly GifFrame[],
  { hasEnd = true }: { readonly hasEnd?: boolean } = {},
): Buffer {
  const [{ width, height } = { width: 1, height: 1 }] = frames;
  const palette = Buffer.from('000000ff000000ff000000ff', 'hex');
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    u16(width),
    u16(height),
    Buffer.from([0x81, 0, 0]),
    palette,
    ...frames.map((frame) =>
      Buffer.concat([
        Buffer.from('21f904000a000000', 'hex'),
        Buffer.from([0x2c, 0, 0, 0, 0]),
        u16(frame.width),
        u16(frame.height),
        Buffer.from([0, 2]),
        subBlocks(lzw(frame.pixels ?? frame.width * frame.height)),
      ]),
    ),
    Buffer.from(hasEnd ? [0x3b] : []),
  ]);
}
