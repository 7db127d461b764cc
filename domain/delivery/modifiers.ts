/** Image commands that an image has in each of its addresses: `Modifier` and `PostModifier` of the protocol. */
export interface Modifiers {
  /** As if it stood before the commands of the address: what the address names counts. */
  readonly modifier?: string;
  /** As if it stood after the commands of the address: it replaces what the address names. */
  readonly postModifier?: string;
}

type Given = { readonly [name in keyof Modifiers]: string | undefined };

/** The modifiers of an asset or of an object, and nothing else of it. */
export function modifiersOf({ modifier, postModifier }: Given): Modifiers {
  return {
    ...(modifier === undefined ? {} : { modifier }),
    ...(postModifier === undefined ? {} : { postModifier }),
  };
}

/**
 * A query with the modifiers of its image. Each of the three parts begins outside of layers, so that layers of one do not catch the
 * commands of the next.
 * @param query without `?`, with its presets or with their commands
 */
export function withModifiers(query: string, { modifier, postModifier }: Modifiers): string {
  const parts = [modifier, query, postModifier].filter((part) => part !== undefined && part !== '');
  return parts.join('&layer=comp&');
}
