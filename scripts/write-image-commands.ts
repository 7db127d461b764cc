/**
 * Writes docs/image-commands.md from the table of commands: `node scripts/write-image-commands.ts`. A test fails
 * where the page is not what the table says.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type ArgumentRule,
  type CommandName,
  commandNames,
  commandTexts,
  imageCommands,
  maxReplyPixels,
  maxReplySide,
} from '../domain/delivery/image-commands.ts';
import { type ImageFormat, imageFormats, keepsAlpha, mimeTypeOf } from '../domain/delivery/image-formats.ts';
import { syntaxOf } from '../domain/delivery/read-image-query.ts';
import { maxPixels } from '../domain/uploads/limits.ts';

export const imageCommandsFile = fileURLToPath(new URL('../docs/image-commands.md', import.meta.url));

/** The page, as it should stand in docs/image-commands.md. */
export function imageCommandsPage(): string {
  return `# Image commands

<!-- Written by scripts/write-image-commands.ts from domain/delivery/image-commands.ts. Change it there. -->

\`/is/image/<company>/<id>?<command>=<value>&…\`

Names may be in any case, commands in any order; of several with one name the last counts. Values are comma lists, percent-encoded where they need it; an empty place in a list stands for its default. The order in the URL never sets the order of work: an image is turned upright, brought to sRGB, scaled, cut or padded, and encoded. Metadata, profiles included, is left out.

An unknown command, or a wrong value, is answered 400 with an \`application/problem+json\` that names each of them and what would be right. Two URLs with the same meaning are one image at the edge.

| command | does | without it |
|---|---|---|
${commandNames.map((name) => `| [\`${syntaxOf(name)}\`](#${name}) | ${commandTexts[name].summary} | ${commandTexts[name].missing} |`).join('\n')}

${commandNames.map(section).join('\n\n')}

## Formats

| format | MIME type | pixelType | compression | transparency |
|---|---|---|---|---|
${(Object.keys(imageFormats) as ImageFormat[]).map(formatRow).join('\n')}

The first of each list is the default. \`jpg\` is another spelling of \`jpeg\`. \`cmyk\` comes without a profile.

## Limits

- A reply has at most ${maxReplySide} × ${maxReplySide} pixels, and ${count(maxReplyPixels)} in all: else 400 \`image.too-large\`, with the limit in its text. Only an image asked for with neither \`wid\` nor \`hei\` is shrunk to these limits instead.
- A stored image has at most ${count(maxPixels)} pixels; so has what it is scaled to before it is cut.
- An image that takes longer than the function has is answered 503 \`image.too-slow\`: AVIF and lossless formats cost most.
- Sizes are rounded to the nearest pixel and never fall below 1. What is cut off or padded is shared evenly between both sides, an odd pixel going to the right or the bottom.
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

Without it: ${missing}.

Example: \`/is/image/luma/red-shoe?${example}\``;
}

function argumentLine(rule: ArgumentRule): string {
  const standard =
    rule.fallback === undefined || rule.fallback === '' ? '' : `; default \`${rule.fallback}\``;
  switch (rule.kind) {
    case 'whole':
      return `- \`${rule.name}\`: a whole number from ${rule.min} to ${rule.max}${standard}`;
    case 'word':
      return `- \`${rule.name}\`: ${rule.words.map((word) => `\`${word}\``).join(', ')}${standard || (rule.fallback === '' ? '; default and choice by [format](#formats)' : '')}`;
    case 'text':
      return `- \`${rule.name}\`: at most ${rule.maxLength} characters`;
  }
}

function formatRow(format: ImageFormat): string {
  const { pixelTypes, compressions } = imageFormats[format];
  return `| \`${format}\` | ${mimeTypeOf(format)} | ${pixelTypes.join(', ')} | ${compressions.join(', ')} | ${keepsAlpha(format) ? 'kept' : 'on white'} |`;
}

function count(pixels: number): string {
  return pixels.toLocaleString('en-US');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(imageCommandsFile, imageCommandsPage());
