import { acceptedInWords } from './accepted-types.ts';

const anotherImage = 'save it as TIFF, PNG or JPEG and send that';
const undecodable = 'which the image server cannot decode';
const program = 'and programs are not accepted';

/** Texts for common types that are not accepted, by detected MIME type: what it is, why it is refused, what to do. */
const byMimeType: Readonly<Record<string, string>> = {
  'image/jxl': `a JPEG XL image, ${undecodable}; ${anotherImage}`,
  'image/jp2': `a JPEG 2000 image, ${undecodable}; ${anotherImage}`,
  'image/jpx': `a JPEG 2000 image, ${undecodable}; ${anotherImage}`,
  'image/jpm': `a JPEG 2000 image, ${undecodable}; ${anotherImage}`,
  'image/vnd.ms-photo': `a JPEG XR image, ${undecodable}; ${anotherImage}`,
  'image/x-icon': `a Windows icon, ${undecodable}; save its largest picture as PNG and send that`,
  'image/x-win-cursor': `a Windows cursor, ${undecodable}; save its picture as PNG and send that`,
  'image/x-gd': `a GD picture, ${undecodable}; save it as PNG and send that`,
  'image/x-tga': `a Targa image, ${undecodable}; ${anotherImage}`,
  'application/x-font-suitcase': 'a Macintosh font suitcase; convert its fonts to TTF or OTF and send those',
  'application/x-macintosh-resources':
    'a Macintosh resource file; save its content in a file format of its own',
  'image/icns': `a Macintosh icon, ${undecodable}; save its largest picture as PNG and send that`,
  'image/x-canon-cr2': raw('Canon'),
  'image/x-canon-cr3': raw('Canon'),
  'image/x-nikon-nef': raw('Nikon'),
  'image/x-sony-arw': raw('Sony'),
  'image/x-fujifilm-raf': raw('Fujifilm'),
  'image/x-olympus-orf': raw('Olympus'),
  'image/x-panasonic-rw2': raw('Panasonic'),
  'image/x-adobe-dng': raw('Adobe'),
  'application/gzip': 'compressed with gzip; unpack it, or send a ZIP',
  'application/x-7z-compressed': 'a 7z archive; send a ZIP or a TAR',
  'application/x-rar-compressed': 'a RAR archive; send a ZIP or a TAR',
  'application/x-bzip2': 'compressed with bzip2; unpack it, or send a ZIP',
  'application/x-xz': 'compressed with xz; unpack it, or send a ZIP',
  'application/zstd': 'compressed with Zstandard; unpack it, or send a ZIP',
  'application/x-msdownload': `a Windows program (application/x-msdownload), ${program}`,
  'application/x-elf': `a Linux program (application/x-elf), ${program}`,
  'application/x-mach-binary': `a Macintosh program (application/x-mach-binary), ${program}`,
};

/** The error text for a HEIC image in an installation whose operator has switched HEIC off. */
export const heicSwitchedOff = `The file is a HEIC image, which this installation does not accept; ${anotherImage}`;

/** The same by file extension, for types that cannot be detected from their bytes. */
const byExtension: Readonly<Record<string, string>> = {
  pict: pict(),
  pct: pict(),
  pic: pict(),
  fpx: `of an unknown type; if it is a FlashPix image, ${anotherImage}`,
};

/**
 * The error text for a file whose type is not accepted. It says what the file is and what would be right.
 * @param detected the type of the bytes; `label` follows "The file is" for types that have no text here
 * @param extension of the file name, in lower case
 */
export function refusalReason(
  detected: { readonly mimeType: string; readonly label?: string | undefined },
  extension: string,
): string {
  const known =
    byMimeType[detected.mimeType] ?? (isVague(detected.mimeType) ? byExtension[extension] : undefined);
  if (known !== undefined) return `The file is ${known}`;
  return `The file is ${detected.label ?? `of type ${detected.mimeType}`}. Accepted types: ${acceptedInWords}`;
}

/** Whether many kinds of files have this detected type. */
function isVague(mimeType: string): boolean {
  return mimeType === 'application/octet-stream' || mimeType === 'application/x-ole-storage';
}

function raw(maker: string): string {
  return `a camera raw image (${maker}), ${undecodable}; develop it, ${anotherImage}`;
}

function pict(): string {
  return `of an unknown type; if it is a PICT image, ${anotherImage}`;
}
