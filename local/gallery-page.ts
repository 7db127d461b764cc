/** The page with every image command and its picture: a document without dependencies, for any browser. */
import { commandTexts } from '../domain/delivery/image-command-texts.ts';
import { type CommandName, commandNames } from '../domain/delivery/image-commands.ts';
import { syntaxOf } from '../domain/delivery/read-image-query.ts';
import { escapeHtml } from '../domain/escape-html.ts';

export interface GalleryExample {
  readonly command: CommandName;
  readonly query: string;
}

/** Id of the picture to which the examples are applied. */
export const galleryPicture = 'red-shoe';

/** The example of each command in the documentation. */
export const galleryExamples: readonly GalleryExample[] = commandNames.map((command) => ({
  command,
  query: commandTexts[command].example,
}));

/** What the field for own commands starts with. */
const firstTrial = 'wid=900&hei=420&fit=crop,1&op_saturation=-40&op_sharpen=1';

/**
 * @param origin of the pictures, as `http://127.0.0.1:4000`
 * @param id of the picture to which the commands are applied
 * @param texts responses that are no pictures, by their query
 */
export function galleryPage({
  company,
  id,
  origin,
  texts,
}: {
  company: string;
  id: string;
  origin: string;
  texts: ReadonlyMap<string, string>;
}): string {
  const path = `${origin}/is/image/${company}/${id}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Every image command – Pressroom</title>
<style>${style}</style>
<header>
<h1>One picture, every image command</h1>
<p>All pictures on this page are delivered by the edge and made from <a href="${escapeHtml(path)}">${escapeHtml(id)}</a>. Click one to open its address.</p>
<form id="own">
<label for="query">Commands of your own</label>
<div class="field"><code>/is/image/${escapeHtml(company)}/${escapeHtml(id)}?</code><input id="query" value="${escapeHtml(firstTrial)}" spellcheck="false" autocomplete="off"></div>
<output id="outcome" for="query"></output>
<a id="result"><img alt="The picture with your commands"></a>
</form>
</header>
<main>
${galleryExamples.map((example) => card(path, example, texts.get(example.query))).join('\n')}
</main>
<script>${script(path)}</script>
</html>
`;
}

function card(path: string, { command, query }: GalleryExample, text: string | undefined): string {
  const { summary } = commandTexts[command];
  const address = escapeHtml(`${path}?${query}`);
  return `<article id="${command}">
<a href="${address}">${text === undefined ? `<img src="${address}" alt="Result of ${escapeHtml(query)}" loading="lazy">` : `<pre>${escapeHtml(text)}</pre>`}</a>
<h2><code>${escapeHtml(syntaxOf(command))}</code></h2>
<p>${escapeHtml(summary).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>
<code class="query">?${escapeHtml(query)}</code>
</article>`;
}

/** The picture follows the field, a moment after the last key; a refused command shows its reason. */
function script(path: string): string {
  return `
const field = document.getElementById('query'), outcome = document.getElementById('outcome');
const link = document.getElementById('result'), picture = link.firstElementChild;
let timer, asked = 0;
async function show() {
  const mine = ++asked, address = ${JSON.stringify(path)} + '?' + field.value;
  let response;
  try { response = await fetch(address); } catch { if (mine === asked) outcome.textContent = 'The edge does not respond. Is the system still running?'; return; }
  const body = await response.blob();
  if (mine !== asked) return;
  if (!response.ok) {
    const text = await body.text();
    let detail = text;
    try { detail = JSON.parse(text).detail; } catch {}
    outcome.textContent = response.status + ': ' + detail;
    outcome.className = 'wrong';
    return;
  }
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(body);
  link.href = address;
  await picture.decode().catch(() => {});
  outcome.className = '';
  outcome.textContent = response.headers.get('content-type') + ', ' + picture.naturalWidth + ' × ' + picture.naturalHeight + ', '
    + body.size.toLocaleString('en') + ' bytes, ' + (response.headers.get('x-cache') || '');
}
field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(show, 250); });
document.getElementById('own').addEventListener('submit', (event) => { event.preventDefault(); show(); });
show();
`;
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#d5d9de, #3a414a); --soft: light-dark(#f4f5f7, #1c2127); --ink: light-dark(#16191f, #e9ebed); --quiet: light-dark(#545b64, #a4adb8); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1360px; padding: 24px 20px 64px; color: var(--ink); background: light-dark(#fff, #12161b); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 8px; }
a { color: light-dark(#0b5cad, #7db8f5); }
code, input { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
form { margin: 20px 0 32px; padding: 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--soft); }
label { display: block; font-weight: 600; margin-bottom: 6px; }
.field { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.field code { color: var(--quiet); overflow-wrap: anywhere; }
input { flex: 1 1 320px; min-width: 0; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; background: light-dark(#fff, #12161b); color: inherit; }
output { display: block; min-height: 24px; margin: 8px 0; color: var(--quiet); font-size: 14px; }
output.wrong { color: light-dark(#b3261e, #ff8f87); }
#result { display: block; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(290px, 100%), 1fr)); gap: 20px; }
article { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; display: flex; flex-direction: column; }
article > a, #result { background: repeating-conic-gradient(light-dark(#eceef1, #262c34) 0 25%, light-dark(#fff, #171c22) 0 50%) 0 0 / 20px 20px; }
article > a { display: flex; align-items: center; justify-content: center; height: 210px; padding: 10px; }
pre { margin: 0; max-height: 100%; max-width: 100%; overflow: auto; padding: 8px; font-size: 12px; white-space: pre-wrap; overflow-wrap: anywhere; color: var(--ink); background: var(--soft); border-radius: 6px; }
img { display: block; max-width: 100%; max-height: 100%; height: auto; object-fit: contain; }
#result img { max-height: 420px; margin: 0 auto; min-height: 120px; }
h2 { font-size: 14px; margin: 12px 14px 0; overflow-wrap: anywhere; }
article p { margin: 4px 14px 10px; flex: 1; color: var(--quiet); font-size: 14px; }
.query { padding: 8px 14px; border-top: 1px solid var(--line); background: var(--soft); overflow-wrap: anywhere; }
`;
