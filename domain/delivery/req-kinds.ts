/** The kinds of responses that `req=` asks for, with the formats that each has. The first one is the default. */

const properties = ['text', 'javascript', 'xml', 'json', 'json2'] as const;

export const reqFormats = properties;
export type ReqFormat = (typeof reqFormats)[number];

/** Images have no format here: `fmt` decides. */
export const reqKinds = {
  img: [],
  tmb: [],
  mask: [],
  props: properties,
  imageprops: properties,
  catalogprops: properties,
  exists: properties,
  imageset: ['text'],
  set: ['xml', 'json', 'json2'],
  mbrset: ['text', 'xml', 'json2'],
  userdata: properties,
  validate: properties,
  resolve: ['text'],
  lqip: properties,
} as const satisfies Record<string, readonly ReqFormat[]>;

export type ReqKind = keyof typeof reqKinds;

export const reqKindNames = Object.keys(reqKinds) as [ReqKind, ...ReqKind[]];
