import type {
  ArgumentRule,
  CommandName,
  effectCommands,
  imageCommands,
  layerCommands,
} from '../../../domain/delivery/image-commands.ts';

/** An image that a layer shows, with commands that make it. */
export interface NestedImage {
  /** `id` or `company/id`. */
  readonly image: string;
  readonly commands: ImageCommands;
}

type ArgumentOf<Rule extends ArgumentRule> = Rule extends { readonly kind: 'whole' | 'number' }
  ? number | (Rule extends { readonly word: infer Word extends string } ? Word : never)
  : Rule extends { readonly kind: 'word' }
    ?
        | Rule['words'][number]
        | (Rule extends { readonly synonyms: infer Synonyms } ? keyof Synonyms & string : never)
    : Rule extends { readonly kind: 'flag' }
      ? boolean
      : Rule extends { readonly kind: 'source' }
        ? string | NestedImage
        : Rule extends { readonly kind: 'digits' }
          ? number | string
          : string;

/** All arguments of a command in their order. Those that have a default may be left out at the end. */
type ArgumentList<Rules extends readonly ArgumentRule[]> = Rules extends readonly [
  infer First extends ArgumentRule,
  ...infer Rest extends readonly ArgumentRule[],
]
  ? First extends { readonly fallback: unknown }
    ? readonly [first?: ArgumentOf<First> | undefined, ...rest: ArgumentList<Rest>]
    : readonly [first: ArgumentOf<First>, ...rest: ArgumentList<Rest>]
  : readonly [];

/** A command with one argument that must be given takes it as it is; others take a list. */
type ValueOf<Rules extends readonly ArgumentRule[]> =
  | ArgumentList<Rules>
  | (readonly [ArgumentOf<Rules[0]>] extends ArgumentList<Rules> ? ArgumentOf<Rules[0]> : never);

type Commands<Name extends CommandName> = {
  readonly [Key in Name]?: ValueOf<(typeof imageCommands)[Key]> | undefined;
};

/** The commands of a layer on the image. */
export type LayerCommands = Commands<(typeof layerCommands)[number] | (typeof effectCommands)[number]>;

/**
 * The commands of an image URL, typed by the table that the image server reads them by. Bounds of numbers are checked by the
 * image server.
 */
export type ImageCommands = Commands<Exclude<CommandName, 'layer'>> & {
  /** Names of image presets of the company; other commands win over theirs. */
  readonly presets?: readonly string[] | undefined;
  /** The layers on the image, from the lowest one up. */
  readonly layers?: readonly LayerCommands[] | undefined;
};

/**
 * The URL of an image, made by the image server.
 * @param image `company/id`
 * @param base where the delivery domain is, such as `https://cdn.example.com`; without it, the URL begins with its path
 * @throws TypeError for an image without a company
 */
export function imageUrl(image: string, commands: ImageCommands = {}, base = ''): string {
  const [company, id, more] = image.split('/');
  if (!company || !id || more !== undefined)
    throw new TypeError(`The image is "${image}"; it must be company/id, such as acme/red-shoe`);
  const query = imageQuery(commands);
  const path = `${base.replace(/\/+$/, '')}/is/image/${company}/${encodeURIComponent(id)}`;
  return query === '' ? path : `${path}?${query}`;
}

/** The query of an image URL, without `?`. */
function imageQuery({ presets = [], layers = [], ...commands }: ImageCommands): string {
  return [
    ...presets.map((name) => `$${encodeURIComponent(name)}$`),
    ...printed(commands),
    ...layers.flatMap((layer, index) => [`layer=${index + 1}`, ...printed(layer)]),
  ].join('&');
}

type Argument = string | number | boolean | NestedImage | undefined;

function printed(commands: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(commands).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const list: readonly Argument[] = Array.isArray(value) ? value : [value as Argument];
    return [`${name}=${list.map(printArgument).join(',')}`];
  });
}

function printArgument(argument: Argument): string {
  if (argument === undefined) return '';
  if (typeof argument === 'boolean') return argument ? '1' : '0';
  if (typeof argument !== 'object') return encodeURIComponent(argument).replaceAll('%2C', ',');
  return encodeURIComponent(`is{${argument.image}?${imageQuery(argument.commands)}}`);
}
