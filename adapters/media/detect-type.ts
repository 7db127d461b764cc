/** Detects the type of a file from its bytes. The name decides between types of text, which bytes do not show. */
import { fileTypeFromBuffer } from 'file-type';
import { maxBytesByType } from '../../domain/uploads/limits.ts';
import { extensionOf } from '../../domain/uploads/overwrite.ts';
import { refusedFile } from '../../domain/uploads/refused-file.ts';
import { checkXml } from './check-xml.ts';
import { decodeUnicode, decodeWindows } from './decode-text.ts';
import { decodeXml } from './decode-xml.ts';
import type { MediaFile } from './media-file.ts';
import { oleKind } from './ole-kind.ts';
import { isPhotoshopSwatches } from './photoshop-swatches.ts';
import { isGd, isTarga, isWindowsIcon, readResourceFork } from './similar-headers.ts';
import { isAc3, isMpegAudio, isTransportStream } from './stream-frames.ts';
import { zipKind } from './zip-kind.ts';

export interface DetectedType {
  /** Without parameters. */
  readonly mimeType: string;
  /** For types that are not accepted: the rest of a sentence that starts with "The file is". */
  readonly label?: string;
  readonly warnings?: readonly string[];
  /** Pixels, if the detection of the type read them too. */
  readonly width?: number;
  readonly height?: number;
}

const textByExtension: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  cjs: 'text/javascript',
  html: 'text/html',
  htm: 'text/html',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  tab: 'text/tab-separated-values',
  md: 'text/markdown',
  markdown: 'text/markdown',
  ics: 'text/calendar',
  vcf: 'text/vcard',
  json: 'application/json',
  geojson: 'application/json',
  webmanifest: 'application/json',
  txt: 'text/plain',
  text: 'text/plain',
  log: 'text/plain',
  yaml: 'text/plain',
  yml: 'text/plain',
};

const vignettes = new Set(['vnt', 'vnc', 'vnw']);

/** Other names of the same types. */
const otherNames: Readonly<Record<string, string>> = {
  'video/MP1S': 'video/mpeg',
  'video/MP2P': 'video/mpeg',
};

/**
 * @param options `allowActive`: whether XML may contain code that browsers run
 * @throws Failure `upload.file-refused` for a file that is damaged, or whose content is dangerous
 */
export async function detectType(
  file: MediaFile,
  options: { readonly allowActive: boolean },
): Promise<DetectedType> {
  // Before text: its first bytes are a byte order mark.
  if (isGd(file.head, file.bytes)) return { mimeType: 'image/x-gd' };
  const isPart = file.bytes > file.head.length;
  const unicode = decodeUnicode(file.head, isPart);
  if (unicode) return detectTextType(unicode.text, file, options);
  const binary = await detectBinaryType(file);
  if (binary) return binary;
  const windows = decodeWindows(file.head);
  if (windows) return detectTextType(windows.text, file, options);
  if (vignettes.has(extensionOf(file.fileName))) return { mimeType: 'application/x-vignette' };
  return unknown;
}

const unknown: DetectedType = { mimeType: 'application/octet-stream', label: 'of an unknown type' };

async function detectBinaryType(file: MediaFile): Promise<DetectedType | undefined> {
  const { head, bytes } = file;
  const view = Buffer.from(head);
  const starts = (...magic: number[]) => magic.every((byte, index) => head[index] === byte);
  // Before the library, which would decompress the content.
  if (starts(0x50, 0x4b) && [0x0403, 0x0605, 0x0807].includes(view.length < 4 ? 0 : view.readUInt16LE(2))) {
    return zipKind(file);
  }
  if (starts(0x1f, 0x8b)) return { mimeType: 'application/gzip', label: 'compressed with gzip' };
  if (starts(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) {
    const mimeType = await oleKind(file);
    return mimeType
      ? { mimeType }
      : { mimeType: 'application/x-ole-storage', label: 'an OLE file of an unknown kind' };
  }
  if (starts(0x80, 0x01) && view.toString('latin1', 6, 8) === '%!')
    return { mimeType: 'application/x-font-type1' };
  // A PFM font: version 1.0, then the length of the file.
  if (starts(0x00, 0x01) && view.length >= 6 && view.readUInt32LE(2) === bytes) {
    return { mimeType: 'application/x-font-pfm' };
  }
  if (extensionOf(file.fileName) === 'aco' && isPhotoshopSwatches(head)) {
    return { mimeType: 'application/x-photoshop-swatches' };
  }
  if (view.toString('latin1', 36, 40) === 'acsp') {
    const named = view.readUInt32BE(0);
    if (named > bytes) {
      throw refusedFile(
        `The ICC profile is cut off: its header says ${named} bytes, but the file has ${bytes}`,
      );
    }
    return { mimeType: 'application/vnd.iccprofile' };
  }
  const found =
    (await fileTypeFromBuffer(head)) ??
    // The directory of a TIFF, which distinguishes it from camera raw formats, is often at its end.
    (isTiff(head) && bytes <= maxBytesByType.image
      ? await fileTypeFromBuffer(await file.readAll())
      : undefined);
  const plain = await confirmed(found?.mime.split(';')[0] ?? '', file);
  // Types of text have their own rules.
  if (plain === '' || plain.startsWith('text/') || plain === 'application/xml') return undefined;
  const mimeType = plain.endsWith('ms-asf') ? asfType(file, plain) : (otherNames[plain] ?? plain);
  return { mimeType, label: `of type ${mimeType}` };
}

/**
 * Compares more of a file where the library compares a few bits.
 * @returns the detected type, another one that begins with the same bytes, or nothing
 */
async function confirmed(mimeType: string, { head, bytes, fileName, readRange }: MediaFile): Promise<string> {
  switch (mimeType) {
    case 'audio/mpeg':
      return Buffer.from(head.subarray(0, 3)).toString('latin1') === 'ID3' || isMpegAudio(head)
        ? mimeType
        : '';
    case 'audio/vnd.dolby.dd-raw':
      return isAc3(head) ? mimeType : '';
    case 'video/mp2t':
      return isTransportStream(head) ? mimeType : '';
    case 'image/x-icon': {
      if (isWindowsIcon(head, bytes)) return head[2] === 2 ? 'image/x-win-cursor' : mimeType;
      const resources = await readResourceFork(head, bytes, readRange);
      if (resources)
        return resources.hasFonts ? 'application/x-font-suitcase' : 'application/x-macintosh-resources';
      return isTarga(head, bytes) ? 'image/x-tga' : '';
    }
    case '':
      return extensionOf(fileName) === 'tga' && isTarga(head, bytes) ? 'image/x-tga' : '';
    default:
      return mimeType;
  }
}

/** The library names the type of the first stream of a Windows Media file, or none: a video may begin with its audio. */
function asfType({ fileName }: MediaFile, detected: string): string {
  const extension = extensionOf(fileName);
  const isAudio = extension === 'wma' || (detected.startsWith('audio/') && extension !== 'wmv');
  return isAudio && !detected.startsWith('video/') ? 'audio/x-ms-asf' : 'video/x-ms-asf';
}

function isTiff(head: Uint8Array): boolean {
  const magic = Buffer.from(head.subarray(0, 4)).toString('latin1');
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(magic);
}

/** @param text of the head */
async function detectTextType(
  text: string,
  file: MediaFile,
  options: { readonly allowActive: boolean },
): Promise<DetectedType> {
  const extension = extensionOf(file.fileName);
  if (text.startsWith('%PDF-')) return { mimeType: 'application/pdf' };
  if (text.startsWith('{\\rtf')) return { mimeType: 'application/rtf' };
  if (/^%!PS-Adobe-[\d.]+ EPSF/.test(text)) return { mimeType: 'application/eps' };
  if (text.startsWith('%!')) return { mimeType: 'application/postscript' };
  if (text.startsWith('StartFontMetrics')) return { mimeType: 'application/x-font-afm' };
  if (/^WEBVTT(?:[ \t\r\n]|$)/.test(text)) return { mimeType: 'text/vtt' };
  if (/^\s*\d+[ \t]*\r?\n[ \t]*\d{1,2}:\d\d:\d\d[,.]\d{1,3}\s*-->/.test(text))
    return { mimeType: 'application/x-subrip' };
  if (text.startsWith('Scenarist_SCC V')) return { mimeType: 'text/x-scc' };
  if (/^\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}[ \t]*\r?\n/.test(text)) return { mimeType: 'text/x-sbv' };

  const start = withoutProlog(text);
  if (
    /^<(?:!doctype\s+html|html|head|body|title|script|iframe|style|meta|link|base|form|embed|object)\b/i.test(
      start,
    )
  ) {
    return { mimeType: 'text/html', label: 'an HTML page' };
  }
  const byName = textByExtension[extension];
  if (text.trimStart().startsWith('<') && (byName === undefined || byName === 'text/css')) {
    return detectXmlType(file, options);
  }
  if (byName !== undefined) return { mimeType: byName };
  if (vignettes.has(extension)) return { mimeType: 'application/x-vignette' };
  const claimsText = file.declaredType.toLowerCase().startsWith('text/plain');
  return extension === '' && claimsText ? { mimeType: 'text/plain' } : unknown;
}

/** Without the white space, XML declaration, comments and instructions before the first element. */
function withoutProlog(text: string): string {
  let rest = text.trimStart();
  for (;;) {
    const end = rest.startsWith('<?')
      ? rest.indexOf('?>') + 2
      : rest.startsWith('<!--')
        ? rest.indexOf('-->') + 3
        : 0;
    if (end < 3) return rest;
    rest = rest.slice(end).trimStart();
  }
}

/** Reads the whole file: the root shows its type, and only the whole file shows whether it is well-formed. */
async function detectXmlType(
  file: MediaFile,
  options: { readonly allowActive: boolean },
): Promise<DetectedType> {
  if (file.bytes > maxBytesByType.xml) {
    throw refusedFile(`The XML file has ${file.bytes} bytes; at most ${maxBytesByType.xml} are allowed`);
  }
  const { kind, ...size } = checkXml(decodeXml(await file.readAll()), options);
  if (kind === 'xhtml') return { mimeType: 'application/xhtml+xml', label: 'an XHTML page' };
  if (kind === 'ttml') return { mimeType: 'application/ttml+xml' };
  return kind === 'svg' ? { mimeType: 'image/svg+xml', ...size } : { mimeType: 'application/xml' };
}
