import { describe, expect, it } from 'vitest';
import { headBytes } from '../../../adapters/media/media-file.ts';
import { readMedia } from '../../../adapters/media/read-media.ts';
import { fileTypes } from '../../../domain/assets/asset.ts';
import { imageReaders } from '../../support/images/read-upload.ts';
import * as sample from './sample-files.ts';

const plain = 'application/octet-stream';
const svg = (content: string) => `${sample.svgRoot}${content}</svg>`;
const xml = '<?xml version="1.0"?>';

async function read(
  content: Uint8Array | string,
  fileName: string,
  { declaredType = plain, allowActiveContent = false } = {},
) {
  const bytes = Buffer.from(content);
  let readsAll = 0;
  const media = await readMedia(
    {
      fileName,
      declaredType,
      bytes: bytes.length,
      head: bytes.subarray(0, headBytes),
      readRange: async (first, length) => {
        expect(length).toBeGreaterThan(0);
        return bytes.subarray(first, first + length);
      },
      readAll: async () => {
        readsAll += 1;
        return bytes;
      },
    },
    { allowActiveContent },
    imageReaders,
  );
  return { ...media, readsAll };
}

/** The warning of a drawing without its picture: see drawings.test.ts. */
const withoutPicture = /^It is stored as a document, without a picture\./;

const refused = (reason: string) => ({
  code: 'upload.file-refused',
  message: expect.stringContaining(reason),
});

/** What is told by its bytes, whatever it is called; with the name that it usually has. */
const byBytes: readonly (readonly [string, Buffer, string, string, string])[] = [
  ['MP4', sample.isoMedia('isom'), 'a.mp4', 'video', 'video/mp4'],
  ['M4V', sample.isoMedia('M4V '), 'a.m4v', 'video', 'video/x-m4v'],
  ['QuickTime', sample.isoMedia('qt  '), 'a.mov', 'video', 'video/quicktime'],
  ['3GP', sample.isoMedia('3gp5'), 'a.3gp', 'video', 'video/3gpp'],
  ['3G2', sample.isoMedia('3g2a'), 'a.3g2', 'video', 'video/3gpp2'],
  ['WebM', sample.ebml('webm'), 'a.webm', 'video', 'video/webm'],
  ['Matroska', sample.ebml('matroska'), 'a.mkv', 'video', 'video/matroska'],
  ['AVI', sample.riff('AVI '), 'a.avi', 'video', 'video/vnd.avi'],
  ['Ogg video', sample.ogg('theora'), 'a.ogv', 'video', 'video/ogg'],
  ['MPEG', sample.mpeg(), 'a.mpg', 'video', 'video/mpeg'],
  ['a transport stream', sample.transportStream(), 'a.mts', 'video', 'video/mp2t'],
  ['Windows Media video', sample.asf('video'), 'a.wmv', 'video', 'video/x-ms-asf'],
  ['MP3', sample.mp3(), 'a.mp3', 'audio', 'audio/mpeg'],
  ['MP3 with a tag', sample.taggedMp3(), 'a.mp3', 'audio', 'audio/mpeg'],
  ['AAC', sample.aac(), 'a.aac', 'audio', 'audio/aac'],
  ['M4A', sample.isoMedia('M4A '), 'a.m4a', 'audio', 'audio/x-m4a'],
  ['WAV', sample.riff('WAVE'), 'a.wav', 'audio', 'audio/wav'],
  ['AIFF', sample.aiff(), 'a.aiff', 'audio', 'audio/aiff'],
  ['Ogg Vorbis', sample.ogg('vorbis'), 'a.ogg', 'audio', 'audio/ogg'],
  ['Opus', sample.ogg('opus'), 'a.opus', 'audio', 'audio/ogg'],
  ['FLAC', sample.flac(), 'a.flac', 'audio', 'audio/flac'],
  ['Windows Media audio', sample.asf('audio'), 'a.wma', 'audio', 'audio/x-ms-asf'],
  ['PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\nstartxref\n0\n%%EOF\n'), 'a.pdf', 'pdf', 'application/pdf'],
  ['TrueType', sample.sfnt('\x00\x01\x00\x00'), 'a.ttf', 'font', 'font/ttf'],
  ['OpenType', sample.sfnt('OTTO'), 'a.otf', 'font', 'font/otf'],
  ['a font collection', sample.fontCollection(), 'a.ttc', 'font', 'font/collection'],
  ['WOFF', sample.woff('wOFF'), 'a.woff', 'font', 'font/woff'],
  ['WOFF2', sample.woff('wOF2'), 'a.woff2', 'font', 'font/woff2'],
  ['PFB', sample.pfb(), 'a.pfb', 'font', 'application/x-font-type1'],
  ['PFM', sample.pfm(), 'a.pfm', 'font', 'application/x-font-pfm'],
  ['AFM', Buffer.from('StartFontMetrics 4.1\nEndFontMetrics\n'), 'a.afm', 'font', 'application/x-font-afm'],
  ['an ICC profile', sample.iccProfile(), 'a.icc', 'icc-profile', 'application/vnd.iccprofile'],
  [
    'WebVTT',
    Buffer.from('WEBVTT\n\n00:00.000 --> 00:02.000\nHé\n'),
    'a.vtt',
    'caption',
    'text/vtt; charset=utf-8',
  ],
  [
    'SubRip',
    Buffer.from('1\r\n00:00:00,000 --> 00:00:02,000\r\nHé\r\n'),
    'a.srt',
    'caption',
    'application/x-subrip; charset=utf-8',
  ],
  [
    'TTML',
    Buffer.from(`${xml}<tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>`),
    'a.ttml',
    'caption',
    'application/ttml+xml',
  ],
  [
    'DFXP',
    Buffer.from('<tt:tt xmlns:tt="http://www.w3.org/2006/10/ttaf1"/>'),
    'a.dfxp',
    'caption',
    'application/ttml+xml',
  ],
  [
    'Scenarist captions',
    Buffer.from('Scenarist_SCC V1.0\n\n00:00:00:22\t9425 9425\n'),
    'a.scc',
    'caption',
    'text/x-scc; charset=utf-8',
  ],
  [
    'SubViewer captions',
    Buffer.from('0:00:00.000,0:00:02.000\nHé\n'),
    'a.sbv',
    'caption',
    'text/x-sbv; charset=utf-8',
  ],
  ['SVG', Buffer.from(svg('<path d="M0 0h1"/>')), 'a.svg', 'svg', 'image/svg+xml'],
  [
    'XML',
    Buffer.from(`${xml}<feed xmlns="http://www.w3.org/2005/Atom"/>`),
    'a.xml',
    'xml',
    'application/xml',
  ],
  ['ZIP', sample.zip(['a.txt', 'é/b.txt']), 'a.zip', 'zip', 'application/zip'],
  [
    'ZIP with a comment',
    sample.zip(['a.txt'], { comment: 'PK\x05\x06 hi' }),
    'a.zip',
    'zip',
    'application/zip',
  ],
  ['ZIP in its 64-bit form', sample.zip(['a.txt'], { long: true }), 'a.zip', 'zip', 'application/zip'],
  ['an empty ZIP', sample.zip([]), 'a.zip', 'zip', 'application/zip'],
  ['TAR', sample.tar(), 'a.tar', 'zip', 'application/x-tar'],
  ['a cabinet', sample.cabinet(), 'a.cab', 'zip', 'application/vnd.ms-cab-compressed'],
  ['FXG', Buffer.from('<Graphic xmlns="http://ns.adobe.com/fxg/2008"/>'), 'a.fxg', 'xml', 'application/xml'],
  ['Flash', sample.flash('FWS'), 'a.swf', 'document', 'application/x-shockwave-flash'],
  ['compressed Flash', sample.flash('CWS'), 'a.swf', 'document', 'application/x-shockwave-flash'],
  [
    'DOCX',
    sample.zip(sample.officeNames('word')),
    'a.docx',
    'document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  [
    'XLSX',
    sample.zip(sample.officeNames('xl')),
    'a.xlsx',
    'document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
  [
    'PPTX',
    sample.zip(sample.officeNames('ppt')),
    'a.pptx',
    'document',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ],
  ['DOC', sample.ole('WordDocument'), 'a.doc', 'document', 'application/msword'],
  ['XLS', sample.ole('1Table', 'Workbook'), 'a.xls', 'document', 'application/vnd.ms-excel'],
  ['PPT', sample.ole('PowerPoint Document'), 'a.ppt', 'document', 'application/vnd.ms-powerpoint'],
  ['RTF', Buffer.from('{\\rtf1\\ansi hi}'), 'a.rtf', 'document', 'application/rtf'],
  ['EPS', Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n%%EOF\n'), 'a.eps', 'document', 'application/eps'],
  ['EPS with a preview', sample.binaryEps(), 'a.eps', 'document', 'application/eps'],
  ['PostScript', Buffer.from('%!PS-Adobe-3.0\nshowpage\n'), 'a.ps', 'document', 'application/postscript'],
  [
    'Illustrator',
    Buffer.from('%!PS-Adobe-3.0\n%%Creator: Adobe Illustrator\n'),
    'a.ai',
    'document',
    'application/postscript',
  ],
  ['Photoshop', sample.photoshop(), 'a.psd', 'document', 'image/vnd.adobe.photoshop'],
  ['InDesign', sample.inDesign(), 'a.indd', 'document', 'application/x-indesign'],
];

/** What only its name tells, since text is text. */
const byName: readonly (readonly [string, string | Buffer, string, string])[] = [
  ['a.css', 'h1 { colour: red }', 'css', 'text/css; charset=utf-8'],
  ['a.txt', 'Grüße', 'text', 'text/plain; charset=utf-8'],
  ['a.csv', 'sku,name\n1,Shoe\n', 'text', 'text/csv; charset=utf-8'],
  ['a.tsv', 'sku\tname\n', 'text', 'text/tab-separated-values; charset=utf-8'],
  ['a.md', '<p align="center">Hi</p>\n# Shoes', 'text', 'text/markdown; charset=utf-8'],
  ['a.json', '{"a":1}', 'text', 'application/json'],
  ['a.yaml', 'a: 1', 'text', 'text/plain; charset=utf-8'],
  ['a.ics', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', 'text', 'text/calendar; charset=utf-8'],
  ['a.TXT', Buffer.from('\ufeffhi', 'utf16le'), 'text', 'text/plain; charset=utf-16'],
  ['MZ is no program.txt', 'MZ says hi', 'text', 'text/plain; charset=utf-8'],
  ['a.vnt', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 'vignette', 'application/x-vignette'],
  ['a.VNC', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 'vignette', 'application/x-vignette'],
  ['a.vnw', 'text', 'vignette', 'application/x-vignette'],
  ['a.aco', sample.swatches(), 'document', 'application/x-photoshop-swatches'],
  ['b.aco', sample.swatches({ named: true }), 'document', 'application/x-photoshop-swatches'],
];

describe('a file', () => {
  it.each(byBytes)('in %s is detected from its bytes', async (_, bytes, name, type, mimeType) => {
    const { facts, warnings } = await read(bytes, name);
    expect(facts).toMatchObject({ type, mimeType, bytes: bytes.length });
    expect(warnings.filter((warning) => !withoutPicture.test(warning))).toEqual([]);
  });

  it.each(byBytes)(
    'in %s is so also under another name, with a warning',
    async (_, bytes, __, type, mimeType) => {
      const { facts, warnings } = await read(bytes, 'a.jpg');
      expect(facts).toMatchObject({ type, mimeType });
      expect(warnings.filter((warning) => !withoutPicture.test(warning))).toEqual([
        expect.stringMatching(/though its name ends in \.jpg$/),
      ]);
    },
  );

  it.each(byName)('called %s is detected from its name', async (name, content, type, mimeType) => {
    const { facts, warnings } = await read(content, name);
    expect(facts).toMatchObject({ type, mimeType });
    expect(warnings).toEqual([]);
  });

  it('covers every type in these tables, except images and active content', () => {
    const told = new Set([...byBytes.map(([, , , type]) => type), ...byName.map(([, , type]) => type)]);
    const others = ['image', 'animated-gif', 'javascript', 'html'];
    expect([...told, ...others].sort()).toEqual([...fileTypes].sort());
  });

  it('without an extension is text only if it was declared as text', async () => {
    await expect(read('hi', 'LICENSE')).rejects.toMatchObject(refused('of an unknown type'));
    expect((await read('hi', 'LICENSE', { declaredType: 'text/plain' })).facts.type).toBe('text');
  });

  it('with text that is not Unicode is delivered as Windows-1252, with a warning', async () => {
    const { facts, warnings } = await read(Buffer.from('Preis: 5 \x80, Gr\xfc\xdfe', 'latin1'), 'a.csv');
    expect(facts.mimeType).toBe('text/csv; charset=windows-1252');
    expect(warnings).toEqual([expect.stringContaining('not in UTF-8')]);
  });

  it('is still text if the end of its head divides a character', async () => {
    const text = `${'a'.repeat(headBytes - 1)}é`;
    expect((await read(text, 'a.txt')).facts.mimeType).toBe('text/plain; charset=utf-8');
  });

  it.each([
    ['ZIP', sample.zip(['a.txt']), 'a.zip'],
    ['MP3', sample.mp3(), 'a.mp3'],
    ['DOC', sample.ole('WordDocument'), 'a.doc'],
    ['PDF', Buffer.from('%PDF-1.7\n%%EOF'), 'a.pdf'],
  ])('in %s is never read completely', async (_, bytes, name) => {
    expect((await read(bytes, name)).readsAll).toBe(0);
  });

  it.each([
    ['a PDF without its end', '%PDF-1.7\n', 'a.pdf', 'may be cut off'],
    [
      'a document with macros',
      sample.zip([...sample.officeNames('word'), 'word/vbaProject.bin']),
      'a.docm',
      'macros',
    ],
  ])('with %s is accepted with a warning', async (_, content, name, warning) => {
    expect((await read(content, name)).warnings).toEqual([expect.stringContaining(warning)]);
  });
});

describe('a Windows Media file', () => {
  it('is a video even if its audio stream comes first', async () => {
    expect((await read(sample.asf('audio'), 'a.wmv')).facts.mimeType).toBe('video/x-ms-asf');
  });
});

describe('an SVG', () => {
  it.each([
    ['of its view box', svg(''), { width: 24, height: 16 }],
    [
      'of its own',
      sample.svgRoot.replace('viewBox', 'width="99.6" height="40px" viewBox').replace('>', '/>'),
      { width: 100, height: 40 },
    ],
  ])('has the size %s', async (_, content, size) => {
    expect((await read(content, 'a.svg')).facts).toMatchObject(size);
  });

  it('has no size if it declares none', async () => {
    const { facts } = await read(
      '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="2em"/>',
      'a.svg',
    );
    expect(facts).not.toHaveProperty('width');
  });

  it.each([
    [
      'a comment and a DOCTYPE',
      `${xml}<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">${svg('')}`,
    ],
    ['a byte order mark', `\ufeff${svg('')}`],
    ['a prefix', '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:path/></s:svg>'],
    [
      'references to itself',
      svg('<defs><path id="a"/></defs><use xlink:href="#a" fill="url(#b)" style="filter:url( \'#c\' )"/>'),
    ],
    ['an embedded picture', svg('<image href="data:image/png;base64,AAAA"/>')],
    ['a link to a page', svg('<a href="https://example.com/"><path/></a>')],
    [
      'a style with an embedded font',
      svg(
        '<style>@namespace url(http://www.w3.org/2000/svg); @font-face{src:url(data:font/woff2;base64,AA)} a{fill:url(#x)}</style>',
      ),
    ],
    ['an animation', svg('<animate attributeName="x" values="0;1"/>')],
    [
      "an editor's own elements",
      `${sample.svgRoot.replace('>', ' xmlns:i="http://www.inkscape.org/x" i:onload="x" i:href="http://x.example/">')}<i:script/></svg>`,
    ],
    [
      'text in ISO 8859-1',
      Buffer.from(
        `<?xml version="1.0" encoding="ISO-8859-1"?>${svg('<title>Gr\xfc\xdfe</title>')}`,
        'latin1',
      ),
    ],
  ])('with %s is accepted', async (_, content) => {
    const { facts, warnings } = await read(content, 'a.svg', { declaredType: 'image/svg+xml' });
    expect(facts.type).toBe('svg');
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a script', svg('\n  <script>alert(1)</script>'), 'contains <script> (line 2, column'],
    [
      'a script behind a prefix',
      '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script/></s:svg>',
      'contains <s:script>',
    ],
    [
      'a script of HTML',
      svg('<script xmlns="http://www.w3.org/1999/xhtml"/>'),
      'contains the HTML element <script>',
    ],
    ['any HTML', svg('<b xmlns="http://www.w3.org/1999/xhtml"/>'), 'contains the HTML element <b>'],
    ['an event handler', svg('<g onclick="alert(1)"/>'), 'has the event handler onclick on <g>'],
    [
      'an event handler on its root',
      sample.svgRoot.replace('viewBox', 'onLoad="alert(1)" viewBox').replace('>', '/>'),
      'event handler onLoad on <svg>',
    ],
    [
      'a handler element',
      svg('<handler type="application/ecmascript">alert(1)</handler>'),
      'contains <handler>',
    ],
    [
      'a picture from outside',
      svg('<image xlink:href="https://x.example/a.png"/>'),
      'refers to "https://x.example/a.png" in xlink:href of <image>',
    ],
    ['a picture from beside it', svg('<image href="a.png"/>'), 'refers to "a.png"'],
    ['a script as an address', svg('<a href=" java&#10;script:alert(1)"><path/></a>'), 'refers to'],
    ['a page as an address', svg('<a href="data:text/html,x"/>'), 'refers to "data:text/html,x"'],
    [
      'another document to use',
      svg('<use href="data:image/svg+xml,x#a"/>'),
      'refers to "data:image/svg+xml,x#a"',
    ],
    [
      'a fill from outside',
      svg('<path fill="url(//x.example/a#b)"/>'),
      'refers to "url(//x.example/a#b)" in fill',
    ],
    [
      'a style attribute that loads',
      svg('<path style="fill:u\\72 l(http://x.example)"/>'),
      'in style of <path>',
    ],
    [
      'a style that imports',
      svg('<style>@\\69mport "http://x.example/a.css";</style>'),
      'has a style that loads "@import"',
    ],
    [
      'a style that loads',
      svg('<style><![CDATA[a{background:url( "http://x.example/a.png" )}]]></style>'),
      'loads "http://x.example/a.png"',
    ],
    [
      'an animated address',
      svg('<a><animate attributeName="href" values="javascript:alert(1)"/></a>'),
      'animates href',
    ],
    ['a handler that is set', svg('<set attributeName="onclick" to="alert(1)"/>'), 'animates onclick'],
    ['a base', svg('<g xml:base="http://x.example/"/>'), 'xml:base'],
    ['a style sheet', `<?xml-stylesheet href="http://x.example/a.css"?>${svg('')}`, 'xml-stylesheet'],
    [
      'attributes by default',
      `<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>${svg('')}`,
      'declares attributes',
    ],
    [
      'a DOCTYPE from elsewhere',
      `<!DOCTYPE svg SYSTEM "http://x.example/a.dtd">${svg('')}`,
      'has a DOCTYPE from http://x.example/a.dtd',
    ],
    ['no namespace', '<svg onload="alert(1)"/>', 'has no namespace'],
    ['an element that is not closed', `${sample.svgRoot}\n<g></svg>`, 'is not well-formed'],
    ['nothing in it', '<?xml version="1.0"?>\n', 'is not well-formed'],
    [
      'an encoding that hides what it says',
      `<?xml version="1.0" encoding="UTF-7"?>${svg('')}`,
      'encoded in utf-7',
    ],
  ])('with %s is refused, with the reason and the position', async (_, content, reason) => {
    const reading = read(content, 'a.svg', { allowActiveContent: true });
    await expect(reading).rejects.toMatchObject(refused(reason));
  });

  it('is refused if it is compressed with gzip', async () => {
    await expect(read(Buffer.from([0x1f, 0x8b, 8, 0]), 'a.svgz')).rejects.toMatchObject(
      refused('compressed with gzip'),
    );
  });
});

describe('XML', () => {
  it.each([
    [
      'a script of HTML',
      '<x xmlns:h="http://www.w3.org/1999/xhtml"><h:script/></x>',
      'contains the HTML element <h:script>',
    ],
    ['a script of SVG', '<x><script xmlns="http://www.w3.org/2000/svg"/></x>', 'contains <script>'],
    [
      'a style sheet that may be a program',
      '<?xml-stylesheet type="text/xsl" href="a.xsl"?><x/>',
      'xml-stylesheet',
    ],
  ])('with %s is accepted only if active content is allowed', async (_, content, reason) => {
    await expect(read(content, 'a.xml')).rejects.toMatchObject(refused(reason));
    expect((await read(content, 'a.xml', { allowActiveContent: true })).facts.type).toBe('xml');
  });

  it('with an element called script outside HTML and SVG is accepted', async () => {
    expect((await read('<x><script onload="x">1</script></x>', 'a.xml')).facts.type).toBe('xml');
  });

  it('that declares entities is refused, so that no reader must expand them', async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>';
    await expect(read(bomb, 'a.xml')).rejects.toMatchObject(refused('declares the entity'));
  });

  it('names the position at which it is not well-formed', async () => {
    await expect(read('<x>\n  <y>\n</x>', 'a.xml')).rejects.toMatchObject(refused('(line 3, column'));
  });
});

describe('active content', () => {
  it.each([
    ['JavaScript', 'alert(1)', 'a.js', 'javascript', 'text/javascript; charset=utf-8'],
    ['a module', 'export {}', 'a.mjs', 'javascript', 'text/javascript; charset=utf-8'],
    ['a page', '<!-- hi --><!doctype html><p>', 'a.html', 'html', 'text/html; charset=utf-8'],
    ['a piece of a page', '<p>hi', 'a.htm', 'html', 'text/html; charset=utf-8'],
    ['a page under another name', ' <html><body>', 'a.txt', 'html', 'text/html; charset=utf-8'],
    [
      'XHTML',
      `${xml}<h:html xmlns:h="http://www.w3.org/1999/xhtml"/>`,
      'a.xhtml',
      'html',
      'application/xhtml+xml',
    ],
  ])('%s is accepted only if the company allows it', async (_, content, name, type, mimeType) => {
    await expect(read(content, name)).rejects.toMatchObject(refused('runs in the browsers of visitors'));
    expect((await read(content, name, { allowActiveContent: true })).facts).toMatchObject({ type, mimeType });
  });
});

describe('a refusal', () => {
  it.each([
    ['a Windows program', Buffer.from(`MZ${'\0'.repeat(200)}`), 'a.exe', 'application/x-msdownload'],
    [
      'a Linux program',
      Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(60)]),
      'a',
      'application/x-elf',
    ],
    [
      'a program called a vignette',
      Buffer.from(`MZ${'\0'.repeat(200)}`),
      'a.vnt',
      'application/x-msdownload',
    ],
    [
      'a Java program',
      sample.zip(['META-INF/MANIFEST.MF', 'A.class']),
      'a.zip',
      'a program in a ZIP archive',
    ],
    ['an Android program', sample.zip(['AndroidManifest.xml']), 'a.zip', 'a program in a ZIP archive'],
    ['an installer', sample.ole('!_StringPool'), 'a.doc', 'an OLE file of an unknown kind'],
    ['a shell script', '#!/bin/sh\nrm -rf /\n', 'a.sh', 'of an unknown type'],
    ['text called a picture', 'hello', 'a.png', 'of an unknown type'],
    ['bytes of no kind', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 'a.bin', 'of an unknown type'],
    ['a PICT', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 'a.pict', 'if it is a PICT image, save it as TIFF'],
    ['a FlashPix image', sample.ole('Image Contents'), 'a.fpx', 'if it is a FlashPix image, save it as TIFF'],
    ['a raw image', sample.canonRaw(), 'a.cr2', 'a camera raw image (Canon)'],
    ['a gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'a.gz', 'compressed with gzip; unpack it'],
    ['swatches of another length', sample.swatches().subarray(0, 20), 'a.aco', 'of an unknown type'],
    ['a ZIP cut off', sample.zip(['a.txt', 'b.txt']).subarray(0, 90), 'a.zip', 'damaged or cut off'],
    ['a ZIP whose directory is cut', sample.zip(['a.txt']).subarray(1), 'a.zip', ''],
    ['a ZIP of overlapping entries', sample.zip(['a', 'b'], { packed: 60_000 }), 'a.zip', 'overlap'],
    [
      'a TrueType font cut off',
      sample.sfnt('\x00\x01\x00\x00', 64).subarray(0, 60),
      'a.ttf',
      'damaged or cut off',
    ],
    [
      'a WOFF font cut off',
      sample.woff('wOFF', 99),
      'a.woff',
      'its header says 99 bytes, but the file has 64',
    ],
    [
      'an ICC profile cut off',
      sample.iccProfile(999),
      'a.icc',
      'its header says 999 bytes, but the file has 160',
    ],
    [
      'text that ends as something else',
      `${'a'.repeat(headBytes)}\0`,
      'a.txt',
      'contains bytes that are not text',
    ],
    ['JSON that is not in UTF-8', Buffer.from('{"a":"\xfc"}', 'latin1'), 'a.json', 'JSON must be in UTF-8'],
    ['captions that are not in UTF-8', Buffer.from('\ufeffWEBVTT\n', 'utf16le'), 'a.vtt', 'must be in UTF-8'],
  ])('%s', async (_, content, name, reason) => {
    await expect(read(content, name)).rejects.toMatchObject(refused(reason));
  });

  it('names the accepted types', async () => {
    await expect(read(Buffer.from([1, 2, 3]), 'a.bin')).rejects.toMatchObject(
      refused('Accepted types: images (JPEG'),
    );
  });

  it('covers a ZIP directory of excessive size', async () => {
    const file = sample.zip(['a']);
    file.writeUInt32LE(0x7fffffff, file.length - 22 + 12);
    await expect(read(file, 'a.zip')).rejects.toMatchObject(refused('its directory is missing'));
  });

  it.each([
    ['an image', 'image/png', '%PDF-1.7\n%%EOF', 'declared as image/png, but is a PDF'],
    ['a font', 'font/ttf', '%PDF-1.7\n%%EOF', 'declared as font/ttf, but is a PDF'],
    ['a video', 'video/mp4', svg(''), 'declared as video/mp4, but is an SVG image'],
  ])(
    'covers a file that was declared as %s but has another type',
    async (_, declaredType, content, reason) => {
      await expect(read(content, 'a', { declaredType })).rejects.toMatchObject(refused(reason));
    },
  );

  it('covers audio that was declared as video, and the reverse', async () => {
    const { facts } = await read(sample.isoMedia('M4A '), 'a.m4a', { declaredType: 'video/mp4' });
    expect(facts.type).toBe('audio');
  });
});
