import { folderPath } from '../../library/folder-path.ts';
import type { ImportRow, MetadataCells, NewSet, PublishWish, ReadRows } from './import-row.ts';
import { membersOfDefinition } from './set-definition.ts';
import { childOf, textOf, type XmlElement, xmlRecords } from './xml-records.ts';

/**
 * Reads what operations of the Image Production System API of Dynamic Media Classic return: getAssets, getAssetsByName and
 * searchAssets, getImageSetMembers, and getImageFormats. One file has any number of these responses in any element.
 * Source of the fields: Adobe's pages about the types Asset, ImageInfo, AssetSetInfo, ImageSetMember and ImageFormat.
 */

const paths = {
  asset: 'assetArray/items',
  format: 'imageFormatArray/items',
  members: 'getImageSetMembersReturn',
} as const;

/** Sets by `type`, or for AssetSet by `subType`. Adobe's list has no value for some; these are what clients write. */
const setTypesByName: Readonly<Record<string, NewSet['type']>> = {
  ImageSet: 'image-set',
  SpinSet: 'spin-set',
  SpinSet2D: 'spin-set',
  Catalog: 'ecatalog',
  ECatalog: 'ecatalog',
  SwatchSet: 'swatch-set',
  MediaSet: 'mixed-media-set',
  MixedMediaSet: 'mixed-media-set',
  VideoSet: 'adaptive-video-set',
  AdaptiveVideoSet: 'adaptive-video-set',
};

/** Types that are no file and no set of this system, or that it makes itself. */
const leftOut: Readonly<Record<string, string>> = {
  AdjustedView: 'is made of another image by commands: make it with the derived images of the web console',
  LayerView: 'is made of another image by commands: make it with the derived images of the web console',
  Template: 'is a template of layers: write it as image commands, see docs/image-commands.md',
  RenderSet: 'is for image rendering',
  RenderScene: 'is for image rendering',
  Cabinet: 'is for image rendering',
  WindowsCovering: 'is for image rendering',
  ViewerPreset: 'is a setting of a viewer',
  ViewerSwf: 'is a viewer for Flash',
  PDFSettings: 'is a setting',
  PremierExpressRemix: 'is a remix of an editor that no longer exists',
  ColorSwatch: 'is a colour: sets name colours without an asset',
  ZoomTarget: 'is a part of another asset',
  ImageMap: 'is a part of another asset',
  CuePoint: 'is a part of another asset',
};

/** What all assets of a file are, by what they name each other with. */
export interface DmcIndex {
  /** Ids by handle. */
  readonly ids: ReadonlyMap<string, string>;
  /** Members by the handle or the id of their set. */
  readonly members: ReadonlyMap<string, NewSet['members']>;
  /** The first element of all folders: the name of the company there. */
  readonly companies: ReadonlySet<string>;
}

/** Reads what sets refer to. Costs about 100 bytes of memory for each asset. */
export async function indexOfDmcXml(file: string): Promise<DmcIndex> {
  const ids = new Map<string, string>();
  const members = new Map<string, NewSet['members']>();
  const companies = new Set<string>();
  for await (const { path, element } of xmlRecords(file, [paths.members, paths.asset])) {
    if (path === paths.members) {
      const set = element.attributes.assetHandle ?? element.attributes.name;
      if (set !== undefined) members.set(set, membersOf(element));
      continue;
    }
    const handle = textOf(element, 'assetHandle');
    const id = textOf(element, 'name');
    if (handle !== undefined && id !== undefined) ids.set(handle, id.normalize('NFC'));
    const [company = ''] = (textOf(element, 'folder') ?? '').split('/').filter(Boolean);
    if (company !== '') companies.add(company);
  }
  return { ids, members, companies };
}

function membersOf(element: XmlElement): NewSet['members'] {
  return (childOf(element, 'memberArray')?.children ?? []).flatMap((item) => {
    const id = textOf(childOf(item, 'asset'), 'name');
    return id === undefined ? [] : [{ id: id.normalize('NFC') }];
  });
}

/**
 * @param base folder of the library, below which the folders of the file are
 * @param flat whether the files are all in one folder
 */
export function dmcXmlRows(file: string, base: string, index: DmcIndex, flat: boolean): ReadRows {
  return async function* rows() {
    let row = 0;
    // Members of sets contain assets too: those are not what the file is about.
    for await (const { path, element } of xmlRecords(file, [paths.members, paths.asset, paths.format])) {
      if (path === paths.members) continue;
      row += 1;
      yield path === paths.format ? presetRow(row, element) : assetRow(row, element, { base, index, flat });
    }
  };
}

function presetRow(row: number, element: XmlElement): ImportRow {
  const id = textOf(element, 'name') ?? '';
  const commands = textOf(element, 'urlModifier')?.replace(/\s+/g, '');
  if (commands === undefined) return { kind: 'wrong', row, id, message: 'urlModifier: is missing' };
  return { kind: 'preset', row, id, commands };
}

function assetRow(
  row: number,
  element: XmlElement,
  { base, index, flat }: { readonly base: string; readonly index: DmcIndex; readonly flat: boolean },
): ImportRow {
  const id = (textOf(element, 'name') ?? '').normalize('NFC');
  const type = textOf(element, 'type') ?? '';
  const other = (kind: 'wrong' | 'left-out', message: string) => ({ kind, row, id, message });
  if (id === '') return other('wrong', 'name: is missing');
  if (type === '') return other('wrong', 'type: is missing');
  const trashState = textOf(element, 'trashState');
  if (trashState !== undefined && trashState !== 'NotInTrash')
    return other('left-out', 'is in the trash of Dynamic Media Classic');
  const reason = leftOut[type];
  if (reason !== undefined) return other('left-out', `${type}: ${reason}`);
  // The first element is the company.
  const [, ...folders] = (textOf(element, 'folder') ?? '').split('/').filter(Boolean);
  const inner = folders.map((name) => `${name}/`).join('');
  const folder = folderPath(`${base}${inner}`);
  const publish = wishes[textOf(element, 'readyForPublish') ?? ''] ?? 'wait';
  const info = element.children.find(({ name }) => name.endsWith('Info'));
  const metadata = metadataOf(element, info);
  const common = { row, id, folder, publish, metadata };
  const setType = setTypesByName[type === 'AssetSet' ? (textOf(element, 'subType') ?? '') : type];
  if (type === 'AssetSet' && !setType)
    return other('left-out', `AssetSet: sets of the type "${textOf(element, 'subType') ?? ''}" are unknown`);
  if (setType) {
    const members = membersOfSet(element, id, setType, index);
    if ('problem' in members) return other('wrong', members.problem);
    return { kind: 'set', ...common, type: setType, members };
  }
  const fileName = textOf(element, 'fileName') ?? textOf(info, 'originalFile');
  const modifier = textOf(info, 'urlModifier')?.replace(/\s+/g, '');
  const postModifier = textOf(info, 'urlPostApplyModifier')?.replace(/\s+/g, '');
  return {
    kind: 'asset',
    ...common,
    ...(fileName === undefined ? {} : { file: flat ? fileName : `${inner}${fileName}` }),
    ...(modifier === undefined ? {} : { modifier }),
    ...(postModifier === undefined ? {} : { postModifier }),
  };
}

const wishes: Readonly<Record<string, PublishWish>> = { true: 'yes', '1': 'yes', false: 'no', '0': 'no' };

function membersOfSet(
  element: XmlElement,
  id: string,
  type: NewSet['type'],
  index: DmcIndex,
): NewSet['members'] | { readonly problem: string } {
  const listed = index.members.get(textOf(element, 'assetHandle') ?? '') ?? index.members.get(id);
  if (listed && listed.length > 0) return listed;
  const definition = textOf(childOf(element, 'assetSetInfo'), 'setDefinition');
  if (definition === undefined)
    return {
      problem:
        'the file does not say what is in the set: add the response of getImageSetMembers, with the attribute assetHandle or name of its set',
    };
  const members = membersOfDefinition(definition, type, (handle) => index.ids.get(handle));
  if (!('problem' in members) && members.length === 0) return { problem: 'the set is empty' };
  return members;
}

/** Metadata fields that have a place of their own here, in lower case. */
const known: Readonly<Record<string, 'title' | 'description' | 'altText' | 'keywords'>> = {
  title: 'title',
  'dc:title': 'title',
  description: 'description',
  'dc:description': 'description',
  alttext: 'altText',
  'alt text': 'altText',
  keywords: 'keywords',
  'dc:subject': 'keywords',
};

/** A field keeps its name, without characters that names of fields cannot have. */
function metadataOf(element: XmlElement, info: XmlElement | undefined): MetadataCells {
  const cells: Record<string, string> = {};
  const [description, sku] = [textOf(info, 'description'), textOf(info, 'sku')];
  if (description !== undefined) cells.description = description;
  if (sku !== undefined) cells['fields.sku'] = sku;
  for (const item of childOf(element, 'metadataArray')?.children ?? []) {
    const name = textOf(item, 'name');
    const value =
      textOf(item, 'value') ??
      ['boolVal', 'longVal', 'doubleVal', 'dateVal'].map((one) => textOf(item, one)).find(Boolean);
    if (name === undefined || value === undefined) continue;
    const place = known[name.toLowerCase()];
    if (place === 'keywords')
      cells.keywords = value
        .split(/[,;]/)
        .map((word) => word.trim())
        .filter(Boolean)
        .join('; ');
    else if (place) cells[place] = value;
    else cells[`fields.${fieldName(name)}`] = value;
  }
  return cells;
}

function fieldName(name: string): string {
  const allowed = name.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^[^A-Za-z]+/, '');
  return (allowed || 'field').slice(0, 50);
}
