import { describe, expect, it } from 'vitest';
import { checkXml } from '../../../adapters/media/check-xml.ts';
import { Failure } from '../../../domain/failure.ts';
import { type SampleDocument, svgDocuments, xmlDocuments } from '../../support/hostile-documents.ts';

/** @returns the text that refuses the document, an empty text if it is accepted */
function refusalOf(content: string, allowActive = false): string {
  try {
    checkXml(content, { allowActive });
    return '';
  } catch (error) {
    if (error instanceof Failure && error.code === 'upload.file-refused') return error.message;
    throw error;
  }
}

const isRefused = ({ refused }: SampleDocument) => refused !== undefined;
const isHarmless = (document: SampleDocument) => !isRefused(document);

describe('an SVG', () => {
  it.each(svgDocuments.filter(isRefused))(
    'with $name is refused, also where active content is allowed',
    ({ content, refused }) => {
      expect(refusalOf(content)).toContain(refused);
      expect(refusalOf(content, true)).toContain(refused);
      expect(refusalOf(content)).toMatch(/\(line \d+, column \d+\)/);
    },
  );

  it.each(svgDocuments.filter(isHarmless))('with $name is accepted', ({ content }) => {
    expect(refusalOf(content)).toBe('');
  });
});

describe('XML', () => {
  it.each(xmlDocuments.filter(isRefused))('with $name is refused', ({ content, refused }) => {
    expect(refusalOf(content)).toContain(refused);
  });

  it.each(xmlDocuments.filter(isHarmless))('with $name is accepted', ({ content }) => {
    expect(refusalOf(content)).toBe('');
  });
});
