/**
 * SVG and XML that would run or load something in a browser, and harmless ones that look alike. They are tables of the
 * tests of uploads, and are shown to Chromium by those of the edge.
 */

export interface SampleDocument {
  readonly name: string;
  readonly content: string;
  /** Part of the text that refuses it. Undefined: it is harmless, and accepted. */
  readonly refused?: string;
}

const svgRoot =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 24 16">';
const svg = (content: string) => `${svgRoot}${content}</svg>`;
const style = (css: string) => svg(`<style><![CDATA[${css}]]></style><rect class="a" width="9" height="9"/>`);
const xhtml = 'xmlns="http://www.w3.org/1999/xhtml"';
const mathml = 'xmlns="http://www.w3.org/1998/Math/MathML"';

/** `levels` groups of ten uses of the group before: 10 to the power of `levels` shapes. */
function useBomb(levels: number, use: (id: string) => string): string {
  const groups = Array.from(
    { length: levels },
    (_, level) => `<g id="g${level + 1}">${use(`g${level}`).repeat(10)}</g>`,
  );
  return svg(`<defs><path id="g0" d="M0 0h1"/>${groups.join('')}</defs>${use(`g${levels}`)}`);
}

export const svgDocuments: readonly SampleDocument[] = [
  { name: 'a script', content: svg('<script>window.ran = true</script>'), refused: 'contains <script>' },
  { name: 'an event handler', content: svg('<g onload="window.ran = true"/>'), refused: 'onload' },
  {
    name: 'an import after a namespace that is a block',
    content: style('@namespace a{}@import "http://x.example/a.css";'),
    refused: 'loads "@import"',
  },
  {
    name: 'an import with an escape after a namespace',
    content: style('@namespace url(http://www.w3.org/2000/svg);@\\69mport "http://x.example/a.css";'),
    refused: 'loads "@import"',
  },
  {
    name: 'an address after a namespace without an end',
    content: style('@namespace a{b:c}.a{background:url(http://x.example/a.png)}'),
    refused: 'loads "http://x.example/a.png"',
  },
  {
    name: 'an address with a quote in it',
    content: style(`.a{fill:url("http://x.example/')a")}`),
    refused: 'loads "http://x.example/\')a"',
  },
  {
    name: 'an address whose function name is escaped',
    content: style('.a{fill:\\75\\72\\6c(http://x.example/a)}'),
    refused: 'loads "url("',
  },
  {
    name: 'an address with an escaped scheme',
    content: style('.a{fill:url(\\68ttp://x.example/a)}'),
    refused: 'loads "http://x.example/a"',
  },
  {
    name: 'an address that is not closed',
    content: style('.a{fill:url("http://x.example/a'),
    refused: 'loads "http://x.example/a"',
  },
  {
    name: 'an address that is not valid',
    content: style(".a{fill:url(http://x.example/a'b)}"),
    refused: 'loads',
  },
  {
    name: 'a set of images',
    content: style('.a{background:-webkit-image-set("http://x.example/a.png" 1x)}'),
    refused: 'loads "-webkit-image-set("',
  },
  {
    name: 'an address in an attribute',
    content: svg('<path fill="ur\\6c(http://x.example/a#b)"/>'),
    refused: 'refers to',
  },
  {
    name: 'HTML in a foreign object',
    content: svg(`<foreignObject><iframe ${xhtml} src="http://x.example/"/></foreignObject>`),
    refused: 'contains <iframe> in a <foreignObject>',
  },
  {
    name: 'SVG in a foreign object',
    content: svg('<foreignObject requiredExtensions="x"><g><rect/></g></foreignObject>'),
    refused: 'contains <g> in a <foreignObject>',
  },
  {
    name: 'a link in mathematics',
    content: svg(`<math ${mathml} href="javascript:window.ran=true"><mi>x</mi></math>`),
    refused: 'refers to "javascript:window.ran=true"',
  },
  {
    name: 'nine levels of ten uses',
    content: useBomb(9, (id) => `<use xlink:href="#${id}"/>`),
    refused: 'draws more than 1,000,000 elements',
  },
  {
    name: 'eight levels of ten patterns',
    content: useBomb(8, (id) => `<rect fill="url(#${id})"/>`),
    refused: 'draws more than 1,000,000 elements',
  },
  {
    name: 'a chain of a thousand uses',
    content: svg(
      Array.from({ length: 1_000 }, (_, n) => `<g id="a${n}"><use href="#a${n + 1}"/></g>`).join(''),
    ),
    refused: 'draws more than 1,000,000 elements',
  },
  {
    name: 'an entity from elsewhere',
    content: `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>${svg('<text>&a;</text>')}`,
    refused: 'declares the entity',
  },
  {
    name: 'an entity with markup',
    content: `<!DOCTYPE svg [<!ENTITY a "&#60;script>window.ran=true&#60;/script>">]>${svg('&a;')}`,
    refused: 'declares the entity',
  },
  {
    name: 'entities of entities',
    content: `<!DOCTYPE svg [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>${svg('<text>&b;</text>')}`,
    refused: 'declares the entity',
  },
  {
    name: 'an entity that is repeated too often',
    content: `<!DOCTYPE svg [<!ENTITY a "${'x'.repeat(200)}">]>${svg(`<desc>${'&a;'.repeat(1_000)}</desc>`)}`,
    refused: 'repeats the entities',
  },
  {
    name: 'attributes by default',
    content: `<!DOCTYPE svg [<!ATTLIST svg onload CDATA "window.ran=true">]>${svg('')}`,
    refused: 'declares attributes',
  },
  {
    name: 'Illustrator’s entities',
    content: `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
  <!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
  <!ENTITY ns_ai 'http://ns.adobe.com/AdobeIllustrator/10.0/'>
]>
<svg xmlns:x="&ns_extend;" xmlns:i="&ns_ai;" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>`,
  },
  {
    name: 'Illustrator’s switch with a foreign object',
    content: svg(
      '<switch xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/"><foreignObject requiredExtensions="http://ns.adobe.com/AdobeIllustrator/10.0/" x="0" y="0" width="1" height="1"><i:pgfRef xlink:href="#adobe_illustrator_pgf"/></foreignObject><g><circle r="4"/></g></switch>',
    ),
  },
  { name: 'an empty foreign object', content: svg('<foreignObject/><rect width="1" height="1"/>') },
  {
    name: 'namespaces, fonts and own parts in a style',
    content: style(
      '@namespace svg url(http://www.w3.org/2000/svg);@font-face{src:url("data:font/woff2;base64,AA")}.a{fill:url( #x );mask:url("#y")}',
    ),
  },
  { name: 'a comment that mentions an import', content: style('/* @import "http://x.example/a.css" */.a{}') },
  { name: 'a text that mentions an address', content: svg('<text>Write url(http://x.example) here</text>') },
  {
    name: 'fifty thousand paths of one gradient',
    content: svg(
      `<linearGradient id="a">${'<stop/>'.repeat(40)}</linearGradient>${'<path fill="url(#a)"/>'.repeat(50_000)}`,
    ),
  },
  { name: 'a part in itself', content: svg('<g id="a"><use href="#a"/></g>') },
];

export const xmlDocuments: readonly SampleDocument[] = [
  {
    name: 'a page below another root',
    content: `<feed><html ${xhtml}><body><p>x</p></body></html></feed>`,
    refused: 'contains the HTML element <html>',
  },
  {
    name: 'a form',
    content: `<x><form ${xhtml} action="http://x.example/"><input name="a"/></form></x>`,
    refused: 'contains the HTML element <form>',
  },
  {
    name: 'a form control',
    content: `<x><p ${xhtml}><button formaction="http://x.example/">x</button></p></x>`,
    refused: 'contains the HTML element <button>',
  },
  {
    name: 'pictures for several widths',
    content: `<x><img ${xhtml} srcset="http://x.example/a.png 1x"/></x>`,
    refused: 'has the attribute srcset',
  },
  {
    name: 'a picture',
    content: `<x><img ${xhtml} src="http://x.example/a.png"/></x>`,
    refused: 'refers to "http://x.example/a.png"',
  },
  {
    name: 'a video with a poster',
    content: `<x><video ${xhtml} poster="http://x.example/a.png"/></x>`,
    refused: 'contains the HTML element <video>',
  },
  {
    name: 'a page that refreshes',
    content: `<x><meta ${xhtml} http-equiv="refresh" content="0;url=http://x.example/"/></x>`,
    refused: 'contains the HTML element <meta>',
  },
  {
    name: 'a style of HTML',
    content: `<x><style ${xhtml}>@import "http://x.example/a.css";</style></x>`,
    refused: 'loads "@import"',
  },
  {
    name: 'a background',
    content: `<x><td ${xhtml} background="http://x.example/a.png"/></x>`,
    refused: 'has the attribute background',
  },
  {
    name: 'a link of mathematics',
    content: `<math ${mathml}><mtext href="javascript:window.ran=true">x</mtext></math>`,
    refused: 'refers to "javascript:window.ran=true"',
  },
  {
    name: 'an older link of mathematics',
    content: `<x><mi ${mathml} xmlns:l="http://www.w3.org/1999/xlink" l:href="http://x.example/">x</mi></x>`,
    refused: 'refers to "http://x.example/"',
  },
  {
    name: 'a script of HTML',
    content: `<x><script ${xhtml}>window.ran = true</script></x>`,
    refused: 'contains the HTML element <script>',
  },
  {
    name: 'a feed with text',
    content: `<feed xmlns="http://www.w3.org/2005/Atom"><content type="xhtml"><div ${xhtml}><p class="a">A <a href="https://example.com/">link</a></p></div></content></feed>`,
  },
  { name: 'a formula', content: `<math ${mathml}><mfrac><mi>a</mi><mi>b</mi></mfrac></math>` },
  {
    name: 'entities of plain text',
    content: '<!DOCTYPE x [<!ENTITY company "Luma &#38; Sons">]><x>&company;</x>',
    refused: 'declares the entity',
  },
  { name: 'an entity', content: '<!DOCTYPE x [<!ENTITY company "Luma and Sons">]><x>&company;</x>' },
];
