import type { AssetType } from '../assets/asset.ts';
import type { SetMember, SetRecord, Swatch } from '../sets/set-record.ts';
import { deliveryUrlOf } from './delivery-urls.ts';
import {
  type Printed,
  printJson,
  type ReqPrinting,
  xmlDeclaration,
  xmlText,
  xmlType,
} from './print-properties.ts';

/** A published asset as `req=set` shows it. */
export interface ShownAsset {
  readonly id: string;
  readonly type: AssetType;
  readonly version?: number | undefined;
  /** Pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** A member that is live. */
export interface ShownMember {
  readonly asset: ShownAsset;
  readonly label?: string | undefined;
  readonly swatch?: Swatch | undefined;
  readonly row?: number | undefined;
  /** What a member that is a set contains. Missing beyond the limit of a response. */
  readonly items?: readonly ShownMember[] | undefined;
}

/** A set, or a single asset, and what of it is live. */
export interface ShownSet {
  readonly company: string;
  readonly asset: ShownAsset;
  readonly items: readonly ShownMember[];
}

/** The protocol's types. Types that are not here are `static`. */
const protocolTypes: Readonly<Partial<Record<AssetType, string>>> = {
  image: 'img',
  'derived-image': 'img',
  'image-set': 'img_set',
  'swatch-set': 'img_set',
  'spin-set': 'spin',
  'mixed-media-set': 'media_set',
  ecatalog: 'ecat',
  'adaptive-video-set': 'video_set',
  video: 'video',
};

type Tree = { readonly [name: string]: string | Tree | readonly Tree[] };

/** Prints a set in the protocol's shape (`json`, `xml`) or in a plain one (`json2`). */
export function printSet(set: ShownSet, printing: ReqPrinting): Printed {
  if (printing.format === 'json2') return printJson(plainSet(set), printing);
  const tree = { set: setTree(set.company, set.asset, set.items) };
  return printing.format === 'xml'
    ? { type: xmlType, text: `${xmlDeclaration}${elements(tree)}\n` }
    : printJson(tree, printing);
}

/** The protocol writes a list with a single element as that element. */
function setTree(company: string, asset: ShownAsset, items: readonly ShownMember[] | undefined): Tree {
  const trees = (asset.type === 'spin-set' ? rowTrees(company, items) : undefined) ?? items?.map(itemTree);
  return {
    pv: '1.0',
    type: protocolTypes[asset.type] ?? 'static',
    n: nameOf(company, asset.id),
    ...(asset.version !== undefined && { iv: String(asset.version) }),
    ...(trees && trees.length > 0 && { item: trees.length === 1 ? (trees[0] as Tree) : trees }),
  };

  function itemTree(member: ShownMember): Tree {
    return memberTree(company, member, asset.type === 'mixed-media-set');
  }
}

/** A spin set with two dimensions has one spin set for each row. */
function rowTrees(company: string, items: readonly ShownMember[] | undefined): Tree[] | undefined {
  const rows = Map.groupBy(items ?? [], ({ row }) => row);
  if (rows.has(undefined) || rows.size === 0) return undefined;
  return [...rows.values()].map((members) => {
    const trees = members.map((member) => memberTree(company, member, false));
    return { set: { type: 'spin', item: trees.length === 1 ? (trees[0] as Tree) : trees } };
  });
}

function memberTree(company: string, { asset, label, swatch, items }: ShownMember, isTyped: boolean): Tree {
  const type = protocolTypes[asset.type] ?? 'static';
  const named = { n: nameOf(company, asset.id), ...(label !== undefined && { l: label }) };
  const shown = swatchTree(company, swatch) ?? (type === 'img' ? { n: named.n } : undefined);
  const isSet = items !== undefined || /set$|^spin$|^ecat$/.test(type);
  return {
    ...(isSet
      ? { set: { ...setTree(company, asset, items), ...(label !== undefined && { l: label }) } }
      : { [type === 'img' ? 'i' : type === 'video' ? 'v' : 'static']: named }),
    ...(shown && { s: shown }),
    ...(isTyped && { type }),
    ...(asset.width !== undefined && !isSet && { dx: String(asset.width) }),
    ...(asset.height !== undefined && !isSet && { dy: String(asset.height) }),
    ...(asset.version !== undefined && !isSet && { iv: String(asset.version) }),
  };
}

function swatchTree(company: string, swatch: Swatch | undefined): Tree | undefined {
  if (!swatch) return undefined;
  if ('id' in swatch) return { n: nameOf(company, swatch.id) };
  return { c: swatch.color, ...(swatch.label !== undefined && { l: swatch.label }) };
}

function nameOf(company: string, id: string): string {
  return `${company}/${id}`;
}

/** Texts become attributes, and all else elements. */
function elements(tree: Tree): string {
  return Object.entries(tree)
    .flatMap(([name, value]) => {
      const list = (
        typeof value === 'string' ? [] : Array.isArray(value) ? value : [value]
      ) as readonly Tree[];
      return list.map((child) => {
        const attributes = Object.entries(child)
          .flatMap(([key, text]) => (typeof text === 'string' ? ` ${key}="${xmlText(text)}"` : []))
          .join('');
        const inner = elements(child);
        return inner === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inner}</${name}>`;
      });
    })
    .join('');
}

/** The plain shape: lists are always lists, numbers are numbers, and each asset has its address with its version. */
function plainSet({ company, asset, items }: ShownSet) {
  return { ...plainAsset(company, asset), items: items.map((item) => plainMember(company, item)) };
}

function plainAsset(company: string, { id, type, version, width, height }: ShownAsset) {
  return { id, type, version, width, height, url: deliveryUrlOf({ company, id, type }, version) };
}

function plainMember(company: string, { asset, label, swatch, row, items }: ShownMember): object {
  return {
    ...plainAsset(company, asset),
    label,
    row,
    swatch:
      swatch && 'id' in swatch
        ? { id: swatch.id, url: deliveryUrlOf({ company, id: swatch.id, type: 'image' }) }
        : swatch,
    items: items?.map((item) => plainMember(company, item)),
  };
}

/**
 * The protocol's text of a set (`req=imageset`): members separated by commas, a swatch behind `;`, rows in braces.
 * @returns empty for templates, which have no such text
 */
export function imageSetText(company: string, { type, members }: SetRecord): string {
  const name = (id: string) => `${company}/${escaped(id)}`;
  const swatchOf = ({ swatch }: SetMember) => {
    if (!swatch) return '';
    if ('id' in swatch) return name(swatch.id);
    return `{0x${swatch.color}${swatch.label === undefined ? '' : ` ${escaped(swatch.label)}`}}`;
  };
  switch (type) {
    case 'image-set':
    case 'swatch-set':
      return members
        .map((member) => `${name(member.id)}${member.swatch ? `;${swatchOf(member)}` : ''}`)
        .join(',');
    case 'mixed-media-set':
      return members.map((member) => `${name(member.id)};${swatchOf(member)};`).join(',');
    case 'spin-set': {
      const rows = [...Map.groupBy(members, ({ row }) => row).entries()];
      const texts = rows.map(([row, list]) => {
        const text = list.map(({ id }) => name(id)).join(',');
        return row === undefined ? text : `{${text}}`;
      });
      return texts.join(',');
    }
    case 'ecatalog':
    case 'adaptive-video-set':
      return members
        .filter(({ role }) => role !== 'pdf')
        .map(({ id }) => name(id))
        .join(',');
    case 'template':
      return '';
  }
}

/** Characters that separate the parts of the text are percent-encoded. */
function escaped(text: string): string {
  return text.replaceAll(/[%,;:{}()\s]/g, (character) =>
    character === ' ' ? ' ' : encodeURIComponent(character),
  );
}
