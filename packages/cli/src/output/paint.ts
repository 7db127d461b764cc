import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Colours a text, or returns it as it is. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;

/** Colour is for terminals that want it: https://no-color.org */
export function paintFor(
  { isTTY }: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  if (!isTTY || env.NO_COLOR || env.TERM === 'dumb') return plain;
  // The stream is known to be a terminal; without this, Node looks at its own standard output.
  return (style, text) => styleText(style, text, { validateStream: false });
}
