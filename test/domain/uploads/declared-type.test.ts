import { describe, expect, it } from 'vitest';
import { fileTypes } from '../../../domain/assets/asset.ts';
import { acceptedTypes } from '../../../domain/uploads/accepted-types.ts';
import {
  checkBytes,
  checkDeclaration,
  declaredKind,
  fitsDeclared,
} from '../../../domain/uploads/declared-type.ts';
import { maxBytesByType, maxDecodeMemory } from '../../../domain/uploads/limits.ts';

const company = { allowActiveContent: false };
const open = { allowActiveContent: true };

describe('the declared type of a file', () => {
  it.each([
    ['image/jpeg', 'image'],
    ['IMAGE/PNG', 'image'],
    ['image/svg+xml', 'image'],
    ['image/x-unheard-of', 'image'],
    ['image/vnd.adobe.photoshop', 'unknown'],
    ['image/x-eps', 'unknown'],
    ['video/mp4; codecs=avc1', 'video'],
    ['audio/mpeg', 'audio'],
    ['font/woff2', 'font'],
    ['application/pdf', 'pdf'],
    ['text/html', 'html'],
    ['application/xhtml+xml', 'html'],
    ['text/javascript', 'javascript'],
    ['application/x-javascript', 'javascript'],
    ['text/ecmascript', 'javascript'],
    ['text/csv', 'unknown'],
    ['application/vnd.ms-excel', 'unknown'],
    ['application/octet-stream', 'unknown'],
  ])('%s is of the kind %s', (type, kind) => {
    expect(declaredKind(type)).toBe(kind);
  });

  it.each([
    ['image', 'image', true],
    ['image', 'animated-gif', true],
    ['image', 'svg', true],
    ['image', 'pdf', false],
    ['image', 'video', false],
    ['video', 'video', true],
    ['video', 'audio', true],
    ['video', 'image', false],
    ['audio', 'video', true],
    ['audio', 'text', false],
    ['pdf', 'pdf', true],
    ['pdf', 'animated-gif', false],
    ['font', 'document', false],
    ['unknown', 'video', true],
  ] as const)('%s fits the detected type %s: %s', (declared, found, fits) => {
    expect(fitsDeclared(declared, found)).toBe(fits);
  });

  it.each(['text/html', 'application/javascript'])('%s is accepted only if the company allows it', (type) => {
    expect(() => checkDeclaration({ type, bytes: 1 }, company)).toThrow('runs in the browsers of visitors');
    expect(() => checkDeclaration({ type, bytes: 1 }, open)).not.toThrow();
  });

  it.each(['application/x-msdownload', 'Application/X-Sh; charset=utf-8', 'application/java-archive'])(
    '%s is never accepted',
    (type) => {
      expect(() => checkDeclaration({ type, bytes: 1 }, open)).toThrow('Programs');
    },
  );
});

describe('the maximum size of a file', () => {
  it.each([
    ['image', 'image/png'],
    ['pdf', 'application/pdf'],
    ['video', 'video/mp4'],
    ['audio', 'audio/wav'],
    ['font', 'font/ttf'],
  ] as const)('of type %s is its limit, to the byte', (type, mimeType) => {
    const most = maxBytesByType[type];
    expect(() => checkDeclaration({ type: mimeType, bytes: most }, company)).not.toThrow();
    expect(() => checkDeclaration({ type: mimeType, bytes: most + 1 }, company)).toThrow(String(most));
    expect(() => checkBytes(type, most)).not.toThrow();
    expect(() => checkBytes(type, most + 1)).toThrow(String(most + 1));
  });

  it('is that of the largest type if no type is declared', () => {
    const type = 'application/octet-stream';
    expect(() => checkDeclaration({ type, bytes: maxBytesByType.video }, company)).not.toThrow();
    expect(() => checkDeclaration({ type, bytes: maxBytesByType.video + 1 }, company)).toThrow('A file');
  });

  it('leaves room to decode files that are read completely in half of the memory of ingest-upload', () => {
    // Text takes its bytes, and two bytes for each character.
    for (const type of ['svg', 'xml', 'text', 'css', 'javascript', 'html', 'caption'] as const) {
      expect(maxBytesByType[type] * 3, type).toBeLessThan(1024 ** 3);
    }
    expect(maxBytesByType.image + maxDecodeMemory).toBeLessThan(2 * 1024 ** 3);
  });
});

describe('the accepted types', () => {
  it('have a decoder only if they are images', () => {
    for (const accepted of Object.values(acceptedTypes)) {
      expect(accepted.decoder !== undefined, accepted.label).toBe(accepted.type === 'image');
    }
  });

  it('cover all file types', () => {
    const types = new Set(Object.values(acceptedTypes).map(({ type }) => type));
    // Animated GIFs are detected by decoding them.
    expect([...types, 'animated-gif'].sort()).toEqual([...fileTypes].sort());
  });
});
