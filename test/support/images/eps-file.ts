/** EPS files with each kind of preview. */

const drawing = '%%EndComments\nnewpath 0 0 moveto 100 100 lineto stroke\nshowpage\n%%EOF\n';

export function epsFile(between = ''): Buffer {
  return Buffer.from(`%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n${between}${drawing}`, 'latin1');
}

/** EPSI. @param lines in hexadecimal */
export function interchangeEps(
  { width, height, bits }: { readonly width: number; readonly height: number; readonly bits: number },
  lines: readonly string[],
): Buffer {
  const preview = [
    `%%BeginPreview: ${width} ${height} ${bits} ${lines.length}`,
    ...lines.map((line) => `% ${line}`),
    '%%EndPreview',
  ];
  return epsFile(`${preview.join('\n')}\n`);
}

/** As Photoshop writes it: image resources in hexadecimal, one of which is a JPEG. */
export function photoshopEps(jpeg: Uint8Array): Buffer {
  const head = Buffer.alloc(28);
  head.writeUInt32BE(1, 0);
  const content = Buffer.concat([head, jpeg]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const resources = Buffer.concat([
    Buffer.from('8BIM\x03\xed\0\0\0\0\0\x0216', 'latin1'),
    Buffer.from('8BIM\x04\x0c\0\0', 'latin1'),
    length,
    content,
  ]);
  const lines = resources.toString('hex').match(/.{1,64}/g) ?? [];
  return epsFile(
    [`%BeginPhotoshop: ${resources.length}`, ...lines.map((line) => `% ${line}`), '%EndPhotoshop', ''].join(
      '\n',
    ),
  );
}

/** With the binary header of DOS. */
export function dosEps(preview: { readonly tiff?: Uint8Array; readonly metafile?: Uint8Array }): Buffer {
  const postScript = epsFile();
  const { tiff = Buffer.alloc(0), metafile = Buffer.alloc(0) } = preview;
  const header = Buffer.alloc(30);
  header.writeUInt32BE(0xc5d0d3c6, 0);
  header.writeUInt32LE(30, 4);
  header.writeUInt32LE(postScript.length, 8);
  header.writeUInt32LE(metafile.length > 0 ? 30 + postScript.length : 0, 12);
  header.writeUInt32LE(metafile.length, 16);
  header.writeUInt32LE(tiff.length > 0 ? 30 + postScript.length + metafile.length : 0, 20);
  header.writeUInt32LE(tiff.length, 24);
  header.writeUInt16LE(0xffff, 28);
  return Buffer.concat([header, postScript, metafile, tiff]);
}
