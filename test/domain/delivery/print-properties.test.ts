import vm from 'node:vm';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { javaDate, printProperties } from '../../../domain/delivery/print-properties.ts';
import { reqFormats } from '../../../domain/delivery/req-kinds.ts';

const at = new Date('2026-11-24T08:30:05.123Z');
const size = { 'image.height': '300', 'image.width': '400', 'catalogRecord.exists': '1' };

/** A value that tries to leave each format. */
const hostile = `a'b"c\\d</script>\n]]>&\u2028\u0000\\';alert(1)//`;

describe('properties', () => {
  // The shapes of the protocol's reference, to the character.
  it.each([
    [
      'text',
      'text/plain',
      '#S7Z OK\n#Tue Nov 24 08:30:05 UTC 2026\nimage.height=300\nimage.width=400\ncatalogRecord.exists=1\n',
    ],
    ['javascript', 'text/javascript', "image.height='300'\nimage.width='400'\ncatalogRecord.exists='1'\n"],
    [
      'xml',
      'text/xml',
      '<?xml version="1.0" encoding="UTF-8"?>\n<properties><property name="image"><property name="height" value="300"/><property name="width" value="400"/></property><property name="catalogRecord"><property name="exists" value="1"/></property></properties>\n',
    ],
    [
      'json',
      'text/javascript',
      '/*jsonp*/s7jsonResponse({"image.height":"300","image.width":"400","catalogRecord.exists":"1"},"");',
    ],
    ['json2', 'application/json', '{"image.height":"300","image.width":"400","catalogRecord.exists":"1"}'],
  ] as const)('are printed as %s', (format, type, text) => {
    expect(printProperties(size, { format }, at)).toEqual({ type: `${type}; charset=utf-8`, text });
  });

  it('are given to the handler, with the number of the request', () => {
    const { text } = printProperties(
      { 'catalogRecord.exists': '1' },
      { format: 'json', handler: 'show', requestId: '42' },
      at,
    );
    expect(text).toBe('/*jsonp*/show({"catalogRecord.exists":"1"},"42");');
  });

  it.each(reqFormats)('keep a hostile value inside of %s', (format) => {
    const { text } = printProperties({ 'a.b': hostile }, { format }, at);
    if (format !== 'text' && format !== 'json2') expect(text).not.toContain('</script>');
    switch (format) {
      case 'text':
        expect(text.split('\n')).toHaveLength(4);
        break;
      case 'javascript':
        expect(vm.runInNewContext(`const a = {}; ${text.replace('\n', ';')} a.b`)).toBe(hostile);
        break;
      case 'json': {
        const given = vm.runInNewContext(`const s7jsonResponse = (value) => JSON.stringify(value); ${text}`);
        expect(JSON.parse(String(given))).toEqual({ 'a.b': hostile });
        break;
      }
      case 'json2':
        expect(JSON.parse(text)).toEqual({ 'a.b': hostile });
        break;
      case 'xml': {
        const values: string[] = [];
        const parser = new SaxesParser();
        parser.on('opentag', ({ attributes }) => values.push(String(attributes.value ?? '')));
        parser.write(text).close();
        // XML has no character 0.
        expect(values).toContain(hostile.replace('\u0000', ''));
      }
    }
  });

  it('have the time as Java prints it', () => {
    expect(javaDate(new Date('2026-02-01T23:04:05Z'))).toBe('Sun Feb 01 23:04:05 UTC 2026');
  });
});
