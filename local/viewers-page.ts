/** The page with every viewer, under a content security policy without exceptions, as a page of any site. */
import { escapeHtml } from '../domain/escape-html.ts';

export interface ViewerExample {
  readonly title: string;
  readonly text: string;
  /** Module and element, behind `pressroom-`. */
  readonly viewer: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The assets that the examples show: of the gallery's steps, all published. */
export const viewerExamples = (company: string): readonly ViewerExample[] => [
  {
    title: 'Zoom',
    text: 'Double click, pinch, or plus and minus. Details are loaded where you look.',
    viewer: 'zoom',
    attributes: { asset: `${company}/red-shoe` },
  },
  {
    title: 'Fly-out',
    text: 'Point at the picture.',
    viewer: 'flyout',
    attributes: { asset: `${company}/red-shoe` },
  },
  {
    title: 'Spin',
    text: 'Drag the vase around, or up and down.',
    viewer: 'spin',
    attributes: { asset: `${company}/gallery-spin` },
  },
  {
    title: 'Image set',
    text: 'Swatches choose the image.',
    viewer: 'image-set',
    attributes: { asset: `${company}/gallery-images` },
  },
  {
    title: 'Mixed media',
    text: 'A picture, a spin and a film.',
    viewer: 'mixed-media',
    attributes: { asset: `${company}/gallery-mixed` },
  },
  {
    title: 'eCatalog',
    text: 'Turn the pages with arrows or by dragging them.',
    viewer: 'ecatalog',
    attributes: { asset: `${company}/gallery-catalogue` },
  },
  {
    title: 'Carousel',
    text: 'Swipe, or use the arrows.',
    viewer: 'carousel',
    attributes: { asset: `${company}/gallery-images` },
  },
  {
    title: 'Video',
    text: 'With a poster and the controls of the browser.',
    viewer: 'video',
    attributes: { asset: `${company}/gallery-film`, poster: `${company}/gallery-plate-1` },
  },
];

/**
 * @param viewers address of the folder of the modules, with a slash at its end
 * @param style path of the style sheet
 */
export function viewersPage(examples: readonly ViewerExample[], viewers: string, style: string): string {
  const scripts = new Set(examples.map(({ viewer }) => viewer));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Every viewer – Pressroom</title>
<link rel="stylesheet" href="${escapeHtml(style)}">
${[...scripts].map((viewer) => `<script type="module" src="${escapeHtml(`${viewers}${viewer}.js`)}"></script>`).join('\n')}
<header>
<h1>Every viewer</h1>
<p>Custom elements that any page can embed. This page has a strict content security policy, and the media are published by this installation.</p>
</header>
<main>
${examples.map(card).join('\n')}
</main>
</html>
`;
}

function card({ title, text, viewer, attributes }: ViewerExample): string {
  const name = `pressroom-${viewer}`;
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeHtml(value)}"`);
  const html = `<${name}${written.join('')}></${name}>`;
  return `<section aria-label="${escapeHtml(title)}">
<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(text)}</p>
${html}
<code>${escapeHtml(html)}</code>
</section>`;
}

/** @param delivery origin of modules and media */
export function viewersPolicy(delivery: string): string {
  const sources = ['script', 'img', 'media', 'connect'].map((kind) => `${kind}-src ${delivery}`);
  return [
    "default-src 'none'",
    "style-src 'self'",
    ...sources,
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

export const viewersStyle = `
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1360px; padding: 24px 20px 64px; color: light-dark(#16191f, #e9ebed); background: light-dark(#fff, #12161b); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 8px; }
h2 { font-size: 17px; margin: 0; }
p { margin: 0 0 12px; color: light-dark(#545b64, #a4adb8); }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(520px, 100%), 1fr)); gap: 40px 32px; margin-top: 24px; }
section { display: flex; flex-direction: column; min-width: 0; }
section > code { margin-top: 8px; padding: 8px 10px; border-radius: 6px; background: light-dark(#f4f5f7, #1c2127); font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pressroom-flyout { inline-size: calc(50% - 6px); }
section:has(pressroom-flyout) { min-height: 300px; }
section:has(pressroom-flyout) > code { margin-top: auto; }
@media (max-width: 700px) {
  pressroom-flyout { inline-size: 100%; }
}
@media (prefers-color-scheme: dark) {
  main > section > :not(h2, p, code) { --viewer-background: #12161b; --viewer-color: #e9ebed; --viewer-focus: #7db8f5; }
}
`;
