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
  maxReplySide,
} from '../domain/delivery/image-commands.ts';
import {
  type Compression,
  type ImageFormat,
  imageFormats,
  keepsAlpha,
  mimeTypeOf,
  type PixelType,
} from '../domain/delivery/image-formats.ts';
import { maxPixelsOf } from '../domain/delivery/pixel-budgets.ts';
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

## Formats

| format | MIME type | pixelType | compression | transparency | megapixels |
|---|---|---|---|---|---|
${(Object.keys(imageFormats) as ImageFormat[]).map(formatRow).join('\n')}

The first value of each list is the default. \`jpg\` is another spelling of \`jpeg\`. \`cmyk\` results have no profile.

## Limits

- A result has at most ${maxReplySide} × ${maxReplySide} pixels, and in total the megapixels of its [format](#formats); otherwise the response is 400 \`image.too-large\`, with the limit in its text. A request with neither \`wid\` nor \`hei\` is not refused: its image is shrunk to these limits.
- With effects (\`op_…\`), \`rotate\` or \`bgColor\`, a result has at most 60 % of these pixels; with \`jpegSize\` at most 4 megapixels.
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

Example: \`/is/image/luma/red-shoe?${example}\``;
}

function argumentLine(rule: ArgumentRule): string {
  const fallback = 'fallback' in rule ? rule.fallback : undefined;
  const standard = fallback === undefined || fallback === '' ? '' : `; default \`${fallback}\``;
  switch (rule.kind) {
    case 'whole':
    case 'number':
      return `- \`${rule.name}\`: a ${rule.kind === 'whole' ? 'whole number' : 'number'} from ${rule.min} to ${rule.max}${standard}`;
    case 'flag':
      return `- \`${rule.name}\`: \`0\` or \`1\`${rule.fallback === undefined ? '' : `; default \`${rule.fallback ? 1 : 0}\``}`;
    case 'colour':
      return `- \`${rule.name}\`: a colour, as in \`ff8800\``;
    case 'word':
      return `- \`${rule.name}\`: ${rule.words.map((word) => `\`${word}\``).join(', ')}${standard || (rule.fallback === '' ? '; default and choice depend on the [format](#formats)' : '')}`;
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
