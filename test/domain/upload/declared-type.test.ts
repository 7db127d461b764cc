import { describe, expect, it } from 'vitest';
import { acceptedTypes } from '../../../domain/upload/accepted-types.ts';
import {
  checkBytes,
  checkDeclaration,
  declaredKind,
  fitsDeclared,
} from '../../../domain/upload/declared-type.ts';
import { mostBytes } from '../../../domain/upload/limits.ts';

describe('what a file is declared as', () => {
  it.each([
    ['image/jpeg', 'image'],
    ['IMAGE/PNG', 'image'],
    ['image/x-unheard-of', 'image'],
    ['video/mp4; codecs=avc1', 'video'],
    ['application/pdf', 'pdf'],
    ['application/octet-stream', 'unknown'],
  ])('%s claims %s', (type, kind) => {
    expect(declaredKind(type)).toBe(kind);
  });

  it.each(['text/html', 'text/javascript', 'image/svg+xml', 'application/zip', 'audio/mpeg'])(
    '%s is refused',
    (type) => {
      expect(() => declaredKind(type)).toThrow(expect.objectContaining({ code: 'upload.file-refused' }));
    },
  );

  it.each([
    ['image', 'image', true],
    ['image', 'animated-gif', true],
    ['image', 'pdf', false],
    ['image', 'video', false],
    ['video', 'video', true],
    ['video', 'image', false],
    ['pdf', 'pdf', true],
    ['pdf', 'animated-gif', false],
    ['unknown', 'video', true],
  ] as const)('%s fits bytes of a %s: %s', (declared, found, fits) => {
    expect(fitsDeclared(declared, found)).toBe(fits);
  });
});

describe('how large a file may be', () => {
  it.each([
    ['image', 'image/png'],
    ['pdf', 'application/pdf'],
    ['video', 'video/mp4'],
  ] as const)('%s: up to its limit, and not a byte more', (type, mimeType) => {
    const most = mostBytes[type];
    expect(() => checkDeclaration({ type: mimeType, bytes: most })).not.toThrow();
    expect(() => checkDeclaration({ type: mimeType, bytes: most + 1 })).toThrow(String(most));
    expect(() => checkBytes(type, most)).not.toThrow();
    expect(() => checkBytes(type, most + 1)).toThrow(String(most + 1));
  });

  it('is that of the largest type where none is declared', () => {
    expect(() =>
      checkDeclaration({ type: 'application/octet-stream', bytes: mostBytes.video }),
    ).not.toThrow();
    expect(() => checkDeclaration({ type: 'application/octet-stream', bytes: mostBytes.video + 1 })).toThrow(
      'A file',
    );
  });
});

describe('the accepted types', () => {
  it('name a decoder where, and only where, they are images', () => {
    for (const accepted of Object.values(acceptedTypes)) {
      expect(accepted.decoder !== undefined, accepted.label).toBe(accepted.type === 'image');
    }
  });
});
