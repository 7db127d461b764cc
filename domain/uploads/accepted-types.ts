import type { AssetType, FileType } from '../assets/asset.ts';

export interface AcceptedType {
  readonly type: FileType;
  /** English name with its article. */
  readonly label: string;
  /** For images: the name of the format in the image library. */
  readonly decoder?: string;
  /** For documents that can hold a picture: how it is read. With a picture, the file becomes an image. */
  readonly picture?: 'photoshop' | 'eps' | 'illustrator';
  /** Extensions of such files, the most common one first. */
  readonly extensions: readonly string[];
}

/**
 * Accepted file types by detected MIME type. Images are formats that the image server can decode, and
 * HEIC and BMP, of which ingest makes a rendition. JPEG XL and camera raw are not among them; refused-types.ts has the error
 * text for each. Photoshop, Illustrator and EPS files become images if they hold a picture; InDesign files are stored and delivered
 * unchanged.
 */
export const acceptedTypes: Readonly<Record<string, AcceptedType>> = {
  'image/jpeg': accept('image', 'a JPEG image', ['jpg', 'jpeg', 'jpe', 'jfif'], 'jpeg'),
  'image/png': accept('image', 'a PNG image', ['png'], 'png'),
  'image/apng': accept('image', 'an animated PNG image', ['png', 'apng'], 'png'),
  'image/webp': accept('image', 'a WebP image', ['webp'], 'webp'),
  'image/avif': accept('image', 'an AVIF image', ['avif'], 'heif'),
  'image/gif': accept('image', 'a GIF image', ['gif'], 'gif'),
  'image/tiff': accept('image', 'a TIFF image', ['tif', 'tiff'], 'tiff'),
  'image/bmp': accept('image', 'a BMP image', ['bmp', 'dib'], 'bmp'),
  'image/heic': accept('image', 'a HEIC image', ['heic', 'heif', 'hif'], 'heic'),
  'image/heic-sequence': accept('image', 'a HEIC image', ['heic', 'heics'], 'heic'),
  'image/heif': accept('image', 'a HEIF image', ['heif', 'heic', 'hif'], 'heic'),
  'image/heif-sequence': accept('image', 'a HEIF image', ['heif', 'heifs'], 'heic'),
  'image/svg+xml': accept('svg', 'an SVG image', ['svg', 'svgx']),

  'video/mp4': accept('video', 'an MP4 video', ['mp4', 'm4v']),
  'video/x-m4v': accept('video', 'an M4V video', ['m4v', 'mp4']),
  'video/quicktime': accept('video', 'a QuickTime video', ['mov', 'qt']),
  'video/webm': accept('video', 'a WebM video', ['webm']),
  'video/3gpp': accept('video', 'a 3GP video', ['3gp', '3gpp']),
  'video/3gpp2': accept('video', 'a 3G2 video', ['3g2']),
  'video/vnd.avi': accept('video', 'an AVI video', ['avi']),
  'video/matroska': accept('video', 'a Matroska video', ['mkv']),
  'video/ogg': accept('video', 'an Ogg video', ['ogv', 'ogg']),
  'video/mpeg': accept('video', 'an MPEG video', ['mpg', 'mpeg', 'm2v', 'm2p', 'vob']),
  'video/mp2t': accept('video', 'an MPEG transport stream', ['mts', 'm2ts', 'm2t', 'ts']),
  'video/x-ms-asf': accept('video', 'a Windows Media video', ['wmv', 'asf']),

  'audio/mpeg': accept('audio', 'an MP3', ['mp3']),
  'audio/aac': accept('audio', 'AAC audio', ['aac']),
  'audio/mp4': accept('audio', 'AAC audio', ['m4a', 'm4b', 'mp4']),
  'audio/x-m4a': accept('audio', 'M4A audio', ['m4a', 'mp4']),
  'audio/wav': accept('audio', 'WAV audio', ['wav']),
  'audio/aiff': accept('audio', 'AIFF audio', ['aif', 'aiff']),
  'audio/ogg': accept('audio', 'Ogg audio', ['ogg', 'oga', 'opus']),
  'audio/flac': accept('audio', 'FLAC audio', ['flac']),
  'audio/vnd.dolby.dd-raw': accept('audio', 'AC-3 audio', ['ac3']),
  'audio/x-ms-asf': accept('audio', 'Windows Media audio', ['wma']),

  'application/pdf': accept('pdf', 'a PDF', ['pdf', 'ai']),

  'font/ttf': accept('font', 'a TrueType font', ['ttf']),
  'font/otf': accept('font', 'an OpenType font', ['otf']),
  'font/collection': accept('font', 'a font collection', ['ttc', 'otc']),
  'font/woff': accept('font', 'a WOFF font', ['woff']),
  'font/woff2': accept('font', 'a WOFF2 font', ['woff2']),
  'application/x-font-type1': accept('font', 'a PostScript font', ['pfb']),
  'application/x-font-pfm': accept('font', 'the metrics of a PostScript font', ['pfm']),
  'application/x-font-afm': accept('font', 'the metrics of a PostScript font', ['afm']),

  'application/vnd.iccprofile': accept('icc-profile', 'an ICC profile', ['icc', 'icm']),
  'application/x-vignette': accept('vignette', 'a vignette', ['vnt', 'vnc', 'vnw']),

  'text/vtt': accept('caption', 'WebVTT captions', ['vtt']),
  'application/x-subrip': accept('caption', 'SubRip captions', ['srt']),
  'application/ttml+xml': accept('caption', 'TTML captions', ['ttml', 'dfxp', 'xml']),
  'text/x-scc': accept('caption', 'Scenarist captions', ['scc']),
  'text/x-sbv': accept('caption', 'SubViewer captions', ['sbv']),

  'application/xml': accept('xml', 'XML', [
    'xml',
    'xsl',
    'xslt',
    'xsd',
    'rss',
    'atom',
    'xmp',
    'kml',
    'gpx',
    'fxg',
  ]),
  'text/css': accept('css', 'a style sheet', ['css']),
  'text/plain': accept('text', 'text', ['txt', 'text', 'log', 'yaml', 'yml']),
  'text/csv': accept('text', 'comma-separated values', ['csv']),
  'text/tab-separated-values': accept('text', 'tab-separated values', ['tsv', 'tab']),
  'text/markdown': accept('text', 'Markdown', ['md', 'markdown']),
  'text/calendar': accept('text', 'a calendar', ['ics']),
  'text/vcard': accept('text', 'an address card', ['vcf']),
  'application/json': accept('text', 'JSON', ['json', 'geojson', 'webmanifest']),

  'application/zip': accept('zip', 'a ZIP archive', ['zip']),
  'application/x-tar': accept('zip', 'a TAR archive', ['tar']),
  'application/vnd.ms-cab-compressed': accept('zip', 'a cabinet', ['cab']),

  'application/msword': accept('document', 'a Word document', ['doc', 'dot']),
  'application/vnd.ms-excel': accept('document', 'an Excel workbook', ['xls', 'xlt']),
  'application/vnd.ms-powerpoint': accept('document', 'a PowerPoint presentation', ['ppt', 'pps', 'pot']),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': accept(
    'document',
    'a Word document',
    ['docx', 'dotx', 'docm', 'dotm'],
  ),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': accept(
    'document',
    'an Excel workbook',
    ['xlsx', 'xltx', 'xlsm', 'xltm'],
  ),
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': accept(
    'document',
    'a PowerPoint presentation',
    ['pptx', 'ppsx', 'potx', 'pptm', 'ppsm', 'potm'],
  ),
  'application/rtf': accept('document', 'an RTF document', ['rtf', 'doc']),
  'application/postscript': accept('document', 'a PostScript file', ['ps', 'ai', 'eps']),
  'application/eps': { ...accept('document', 'an EPS file', ['eps', 'epsf', 'ai']), picture: 'eps' },
  'image/vnd.adobe.photoshop': {
    ...accept('document', 'a Photoshop file', ['psd', 'psb', 'psdt']),
    picture: 'photoshop',
  },
  'application/x-indesign': accept('document', 'an InDesign file', ['indd', 'indt']),
  'application/x-photoshop-swatches': accept('document', 'Photoshop swatches', ['aco']),
  // Accepted for old libraries. Browsers no longer play them, so they are as harmless as other documents.
  'application/x-shockwave-flash': accept('document', 'a Flash file', ['swf']),

  'text/javascript': accept('javascript', 'JavaScript', ['js', 'mjs', 'cjs']),
  'text/html': accept('html', 'an HTML page', ['html', 'htm']),
  'application/xhtml+xml': accept('html', 'an XHTML page', ['xhtml', 'xht', 'html']),
};

/** The accepted types as a list for error texts. */
export const acceptedInWords =
  'images (JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC, BMP, SVG), video (MP4, MOV, M4V, WebM, 3GP, AVI, MKV, OGV, MPEG, WMV), ' +
  'audio (MP3, AAC, M4A, WAV, AIFF, Ogg, FLAC, AC-3, WMA), PDF, fonts (TTF, OTF, TTC, WOFF, WOFF2, PFB, PFM, AFM), ' +
  'ICC profiles, vignettes (VNT, VNC, VNW), captions (VTT, SRT, TTML, SCC, SBV), XML, CSS, text (TXT, CSV, TSV, MD, JSON, YAML, ICS, VCF), ' +
  'ZIP, TAR, CAB, and documents (DOC, DOCX, XLS, XLSX, PPT, PPTX, RTF, EPS, PS, AI, PSD, INDD, ACO, SWF)';

/** Types that run in the browsers of visitors. They are accepted, and go live, only if the company allows active content. */
export const activeTypes = ['javascript', 'html'] as const satisfies readonly FileType[];

export function isActive(type: AssetType): boolean {
  return activeTypes.some((active) => active === type);
}

function accept(
  type: FileType,
  label: string,
  extensions: readonly string[],
  decoder?: string,
): AcceptedType {
  return { type, label, extensions, ...(decoder === undefined ? {} : { decoder }) };
}
