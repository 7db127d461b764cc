/** The markers of a JPEG file (ITU-T T.81, annex B). */

export interface JpegStructure {
  /** Whether the end marker (EOI) follows the last scan. */
  readonly hasEnd: boolean;
  /**
   * Whether the scans bring every coefficient of every component in full precision. A progressive image that is cut off
   * between two scans decodes without an error, but blurred.
   */
  readonly hasAllScans: boolean;
  /** The kind of a JPEG that the image library cannot decode: the rest of a sentence that starts with "The file is". */
  readonly unsupported?: string;
  /** Names of HDR gain maps, such as Ultra HDR. */
  readonly gainMap: boolean;
}

const kinds: Readonly<Record<number, string>> = {
  195: 'a lossless JPEG (SOF3)',
  197: 'a hierarchical JPEG (SOF5)',
  198: 'a hierarchical JPEG (SOF6)',
  199: 'a hierarchical lossless JPEG (SOF7)',
  201: 'a JPEG with arithmetic coding (SOF9)',
  202: 'a progressive JPEG with arithmetic coding (SOF10)',
  203: 'a lossless JPEG with arithmetic coding (SOF11)',
  247: 'a JPEG-LS image (SOF55)',
};

const sequential = new Set([0xc0, 0xc1, 0xc9]);
const progressive = new Set([0xc2, 0xca]);
const coefficients = 64;

/** Markers without a length: RST0–RST7 and TEM. */
const isStandalone = (marker: number) => (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01;

/** Reads the markers up to the end marker, or to the end of the bytes. It reads no pixels. */
export function readJpegStructure(bytes: Uint8Array): JpegStructure {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** For each component, the bits that are still missing of each coefficient; undefined before its first scan. */
  const components = new Map<number, (number | undefined)[]>();
  let frame = 0;
  let unsupported: string | undefined;
  let hasEnd = false;
  let gainMap = false;
  let at = 2;
  for (;;) {
    at = view.indexOf(0xff, at);
    if (at < 0) break;
    while (view[at] === 0xff) at += 1;
    const marker = view[at];
    if (marker === undefined) break;
    at += 1;
    // A zero after 0xff is a byte of the scan.
    if (marker === 0 || isStandalone(marker)) continue;
    if (marker === 0xd9) {
      hasEnd = true;
      break;
    }
    const length = at + 2 <= view.length ? view.readUInt16BE(at) : 0;
    const segment = view.subarray(at + 2, at + length);
    if (length < 2 || at + length > view.length) break;
    at += length;
    if (marker in kinds) unsupported ??= kinds[marker];
    if (sequential.has(marker) || progressive.has(marker)) {
      frame = marker;
      const bits = segment[0] ?? 8;
      if (bits !== 8) unsupported ??= `a JPEG with ${bits} bits a sample`;
      for (let entry = 6; entry + 3 <= segment.length; entry += 3) {
        components.set(segment[entry] ?? 0, new Array(coefficients).fill(undefined));
      }
    }
    if (marker === 0xda) readScan(segment, frame, components);
    if (marker === 0xe1 || marker === 0xe2) gainMap ||= namesGainMap(segment);
  }
  const all = [...components.values()];
  return {
    hasEnd,
    hasAllScans: all.length > 0 && all.every((missing) => missing.every((bits) => bits === 0)),
    ...(unsupported === undefined ? {} : { unsupported }),
    gainMap,
  };
}

/** Notes what a scan brings: its components, their coefficients, and the bits that later scans have to bring. */
function readScan(header: Buffer, frame: number, components: Map<number, (number | undefined)[]>): void {
  const count = header[0] ?? 0;
  const after = 1 + count * 2;
  const isProgressive = progressive.has(frame);
  const first = isProgressive ? (header[after] ?? 0) : 0;
  const last = isProgressive ? (header[after + 1] ?? 0) : coefficients - 1;
  const missingBits = isProgressive ? (header[after + 2] ?? 0) & 15 : 0;
  for (let entry = 0; entry < count; entry += 1) {
    const missing = components.get(header[1 + entry * 2] ?? 0);
    missing?.fill(missingBits, first, last + 1);
  }
}

/** Ultra HDR names its gain map in XMP, ISO 21496-1 in an APP2 segment, Apple in the XMP of the second picture. */
function namesGainMap(segment: Buffer): boolean {
  const start = segment.toString('latin1', 0, 40);
  if (start.startsWith('urn:iso:std:iso:ts:21496:-1')) return true;
  return start.startsWith('http://ns.adobe.com/xap/1.0/') && segment.includes('hdrgm:');
}
