/** Embed code of Adobe's viewers, converted to that of these. */

/** Our viewer for each of theirs. Their zoom viewer has swatches for image sets. */
const viewers: Readonly<Record<string, string>> = {
  basiczoomviewer: 'zoom',
  zoomviewer: 'image-set',
  zoomverticalviewer: 'image-set',
  flyoutviewer: 'flyout',
  spinviewer: 'spin',
  mixedmediaviewer: 'mixed-media',
  carouselviewer: 'carousel',
  ecatalogviewer: 'ecatalog',
  ecatalogsearchviewer: 'ecatalog',
  videoviewer: 'video',
};

export interface Converted {
  readonly html: string;
  /** What a person has to look at. */
  readonly notes: readonly string[];
}

/**
 * Converts scripts with `new s7viewers.…` and addresses of viewer pages. Nothing is run: what a script computes is not found.
 * @param code HTML or script with one viewer or several
 * @param modules address of the folder of the modules: `https://cdn.example.com/viewers/0.1.0/`
 */
export function convertEmbedCode(code: string, modules: string): Converted {
  const notes: string[] = [];
  const converted = embedsIn(code).flatMap(({ theirs, read }) => {
    const viewer = viewers[theirs.toLowerCase()];
    const asset = read('asset');
    if (viewer === undefined) notes.push(`${theirs} has no counterpart.`);
    else if (asset === undefined) notes.push(`${theirs}: no asset was found. Set the attribute asset.`);
    if (viewer === undefined) return [];
    if (read('config') !== undefined)
      notes.push(
        `${theirs}: the preset ${read('config')} was left out. Publish its settings as a JSON file.`,
      );
    const poster = viewer === 'video' ? read('posterimage') : undefined;
    const attributes = Object.entries({ asset: asset ?? '', ...(poster && { poster }) })
      .map(([name, value]) => ` ${name}="${escaped(value)}"`)
      .join('');
    return [{ viewer, html: `<pressroom-${viewer}${attributes}></pressroom-${viewer}>` }];
  });
  if (converted.length === 0 && notes.length === 0) notes.push('No viewer was found.');
  const used = [...new Set(converted.map(({ viewer }) => viewer))];
  const scripts = used.map(
    (viewer) => `<script type="module" src="${escaped(`${modules}${viewer}.js`)}"></script>`,
  );
  return { html: [...scripts, ...converted.map(({ html }) => html)].join('\n'), notes };
}

interface FoundEmbed {
  readonly theirs: string;
  readonly read: (name: string) => string | undefined;
}

function embedsIn(code: string): FoundEmbed[] {
  const scripts = [...code.matchAll(/new\s+s7viewers\.(\w+)/g)].map(({ 1: theirs = '', index }, at, all) => {
    const own = code.slice(index, all[at + 1]?.index);
    return {
      theirs,
      // `setAsset("…")`, `setParam("asset", "…")`, and `{"asset": "…"}` or `{asset: "…"}`.
      read: (name: string) =>
        new RegExp(`(?:\\bset${name}\\(|["']?\\b${name}["']?\\s*[:,])\\s*["']([^"']+)["']`, 'i').exec(
          own,
        )?.[1],
    };
  });
  const pages = [...code.matchAll(/\/s7viewers\/html5\/(\w+)\.html\?([^"'\s<>]+)/g)].map(
    ({ 1: theirs = '', 2: query = '' }) => {
      const parameters = new URLSearchParams(query.replaceAll('&amp;', '&'));
      return {
        theirs,
        read: (name: string) => [...parameters].find(([key]) => key.toLowerCase() === name)?.[1],
      };
    },
  );
  return [...scripts, ...pages];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
