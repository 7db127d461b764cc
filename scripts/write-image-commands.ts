/**
 * Writes docs/image-commands.md from the table of commands: `node scripts/write-image-commands.ts`. A test fails
 * if the page differs from the table.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandTexts } from '../domain/delivery/image-command-texts.ts';
import {
  type ArgumentRule,
  type CommandName,
  commandNames,
  imageCommands,
  maxLayerNumber,
  maxReplySide,
  outputCommands,
} from '../domain/delivery/image-commands.ts';
import {
  type Compression,
  type ImageFormat,
  imageFormats,
  keepsAlpha,
  mimeTypeOf,
  type PixelType,
} from '../domain/delivery/image-formats.ts';
import {
  maxDrawnPixels,
  maxLayers,
  maxPixelsOf,
  maxPixelsWithLayers,
  maxSourceBytes,
  maxSources,
} from '../domain/delivery/pixel-budgets.ts';
import { maxNesting } from '../domain/delivery/query-canonicaliser.ts';
import { syntaxOf } from '../domain/delivery/read-image-query.ts';
import { maxDecodeMilliseconds, maxPixels } from '../domain/uploads/limits.ts';

export const imageCommandsFile = fileURLToPath(new URL('../docs/image-commands.md', import.meta.url));

/** The content of docs/image-commands.md. */
export function imageCommandsPage(): string {
  return `# Image commands

<!-- Written by scripts/write-image-commands.ts from domain/delivery/image-commands.ts. Change it there. -->

\`/is/image/<company>/<id>?<command>=<value>&…\`

- Names are case-insensitive, and commands may be in any order. If a command is repeated, the last one counts.
- Values are lists separated by commas, percent-encoded if necessary. An empty element of a list stands for its default.
- A variable \`$name=value\` is put where values contain \`$name$\`. Text after \`&.\` is a comment.
- The order in the URL never sets the order of processing: the image is rotated upright and converted to sRGB; then \`crop\`, \`size\`, \`scale\` or \`res\`, \`flip\`, \`rotate\`, \`extend\`, \`bgColor\`, effects (\`op_brightness\`, \`op_contrast\`, \`op_saturation\`, \`op_colorize\`, \`op_blur\`), \`rgn\`, the view (\`wid\`, \`hei\`, \`fit\`, \`scl\`, \`align\`, \`bgc\`), \`op_sharpen\`, \`op_usm\`, \`rect\`, and the format. Metadata, profiles included, is removed.
- A wrong value gets 400 with an \`application/problem+json\` that names the command and what would be right. Names that are not commands, such as \`utm_source\`, are ignored, and \`&amp;\` is read as \`&\`.
- Two URLs with the same meaning share one cache entry at the edge.

| command | sets | default without the command |
|---|---|---|
${commandNames.map((name) => `| [\`${syntaxOf(name)}\`](#${name.toLowerCase()}) | ${commandTexts[name].summary} | ${commandTexts[name].missing} |`).join('\n')}

${commandNames.map(section).join('\n\n')}

## Layers

\`/is/image/luma/red-shoe?wid=400&layer=1&src=red-shoe-cutout&sizeN=0.4&posN=0.3,0.3&opac=60\`

- \`layer=n\` begins a layer. The commands after it belong to this layer, up to the next \`layer\`. \`layer=comp\` leaves it. Commands of a layer that stand outside of layers belong to layer 0. Effects (\`op_…\`) outside of layers are those of the whole composite. Commands of the view and the format are the same wherever they stand.
- Layer 0 is the image in the path of the address, if it has no \`src\` or \`color\`. It is at the bottom and gives the composite its size; what is outside of it is cut off. A higher number is on top of a lower one. The numbers need not be consecutive, nor in order.
- Each other layer needs \`src\` or \`color\`. Its geometry is applied first (\`crop\`, \`size\`, \`flip\`, \`rotate\`, \`extend\`), then its \`mask\`, \`bgColor\` and effects. Then it is placed: its origin lies \`pos\` away from the origin of layer 0. Without further commands the origin is the middle of a layer, so that it lies in the middle.
- \`src\` and \`mask\` name an image by its \`id\`, or by \`company/id\`. \`$object$\` is the id in the path.
- A nested request makes the image first: \`src=is{red-shoe?crop=0,0,400,400&op_saturation=-100}\`. Its braces can be percent-encoded. It can have layers and nested requests itself, ${maxNesting} in each other. Variables of the address count in it. It is transparent where nothing is; \`${outputCommands.join('`, `')}\` have no effect in it.
- A preset counts in the layer in which it stands. It can have layers of its own. After it, the address continues in the layer in which the preset stands.
- Each image must be published: otherwise the response is 404, and names the image. A republished image, or one that is removed from the CDN, renews all composites with it.

## Formats

| format | MIME type | pixelType | compression | transparency | megapixels |
|---|---|---|---|---|---|
${(Object.keys(imageFormats) as ImageFormat[]).map(formatRow).join('\n')}

The first value of each list is the default. \`jpg\` is another spelling of \`jpeg\`. \`cmyk\` results have no profile.

## Limits

- A result has at most ${maxReplySide} × ${maxReplySide} pixels, and in total the megapixels of its [format](#formats); otherwise the response is 400 \`image.too-large\`, with the limit in its text. A request with neither \`wid\` nor \`hei\` is not refused: its image is shrunk to these limits.
- With effects (\`op_…\`), \`rotate\` or \`bgColor\`, a result has at most 60 % of these pixels; with \`jpegSize\` at most 4 megapixels.
- With layers, a result has at most ${maxPixelsWithLayers / 1_000_000} megapixels. It has at most ${maxLayers} layers besides layer 0, and at most ${maxSources} images, of ${maxSourceBytes / 1024 ** 2} MiB together. All images together may take ${maxDecodeMilliseconds / 1_000} s to decode, and all layers and nested requests together have at most ${maxDrawnPixels / 1_000_000} megapixels as they are drawn.
- A stored image has at most ${count(maxPixels)} pixels, and may take at most ${maxDecodeMilliseconds / 1_000} s to decode. The same limit of pixels applies to the scaled image before it is cut.
- An image that takes longer than the function's timeout gets 503 \`image.too-slow\`. The limits are such that this happens only to a server that is overloaded.
- Sizes are rounded to the nearest pixel and are at least 1. Cutting and padding are shared evenly between both sides; an odd pixel goes to the right or the bottom.
`;
}

function section(name: CommandName): string {
  const { summary, missing, details, example } = commandTexts[name];
  const rules: readonly ArgumentRule[] = imageCommands[name];
  return `## ${name}

\`${syntaxOf(name)}\`

${summary}

${rules.map(argumentLine).join('\n')}

${details.join('\n\n')}

Default without the command: ${missing}.

Example: \`/is/image/luma/red-shoe?${example}\`${picture(name, example)}`;
}

/** By scripts/write-command-pictures.ts. Responses to `req` are texts. */
function picture(name: CommandName, example: string): string {
  return /(^|&)req=/.test(example) ? '' : `\n\n![${example}](image-commands/${name}.webp)`;
}

function argumentLine(rule: ArgumentRule): string {
  const fallback = 'fallback' in rule ? rule.fallback : undefined;
  const standard = fallback === undefined || fallback === '' ? '' : `; default \`${fallback}\``;
  switch (rule.kind) {
    case 'whole':
    case 'number':
      return `- \`${rule.name}\`: a ${rule.kind === 'whole' ? 'whole number' : 'number'} from ${rule.min} to ${rule.max}${rule.word === undefined ? '' : `, or \`${rule.word}\``}${standard}`;
    case 'flag':
      return `- \`${rule.name}\`: \`0\` or \`1\`${rule.fallback === undefined ? '' : `; default \`${rule.fallback ? 1 : 0}\``}`;
    case 'colour':
      return `- \`${rule.name}\`: a colour, as in \`ff8800\``;
    case 'word':
      return `- \`${rule.name}\`: ${rule.words.map((word) => `\`${word}\``).join(', ')}${standard || (rule.fallback === '' ? '; default and choice depend on the [format](#formats)' : '')}`;
    case 'source':
      return `- \`${rule.name}\`: an id, \`company/id\`, or a [nested request](#layers)`;
    case 'layer':
      return `- \`${rule.name}\`: \`comp\`, or a whole number from 0 to ${maxLayerNumber}`;
    case 'text':
      return `- \`${rule.name}\`: ${rule.right ?? 'a text'}, at most ${rule.maxLength} characters`;
    case 'digits':
      return `- \`${rule.name}\`: a whole number of up to ${rule.maxDigits} digits; other values are ignored`;
  }
}

function formatRow(format: ImageFormat): string {
  const { pixelTypes, compressions } = imageFormats[format];
  return `| \`${format}\` | ${mimeTypeOf(format)} | ${pixelTypes.join(', ')} | ${compressions.join(', ')} | ${keepsAlpha(format) ? 'kept' : 'white'} | ${budgetOf(format)} |`;
}

/** The maximum area of a result, with those of other pixel types and compressions. */
function budgetOf(format: ImageFormat): string {
  const { pixelTypes, compressions } = imageFormats[format];
  const megapixels = (pixelType: PixelType, compression: Compression) =>
    maxPixelsOf({ format, pixelType, compression }) / 1_000_000;
  const usual = megapixels(pixelTypes[0], compressions[0]);
  const others = [
    ...pixelTypes.map((pixelType) => [pixelType, megapixels(pixelType, compressions[0])] as const),
    ...compressions.map((compression) => [compression, megapixels(pixelTypes[0], compression)] as const),
  ].filter(([, found]) => found !== usual);
  return [String(usual), ...others.map(([name, found]) => `${found} for \`${name}\``)].join('; ');
}

function count(pixels: number): string {
  return pixels.toLocaleString('en-US');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(imageCommandsFile, imageCommandsPage());
