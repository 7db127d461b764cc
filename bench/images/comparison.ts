/**
 * What `npm run bench -- images` compares: pictures, commands, and the settings of ipx. The results quote this file.
 *
 * Pictures and commands are those of an earlier comparison on real photos, which also measured imgproxy 4.0.9 on the same
 * libvips. This bench cannot install imgproxy, so the ratio from there stands at each command.
 */

/** A picture that the bench draws. */
export interface Photo {
  readonly name: string;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'webp' | 'png';
  readonly quality: number;
  readonly orientation?: number;
  readonly profile?: 'srgb' | 'cmyk';
  readonly alpha?: true;
}

export const photos = {
  'jpeg-24': { name: 'jpeg-24.jpg', seed: 24, width: 6000, height: 4000, format: 'jpeg', quality: 90 },
  'sideways-12': {
    name: 'sideways-12.jpg',
    seed: 12,
    width: 4000,
    height: 3000,
    format: 'jpeg',
    quality: 90,
    orientation: 6,
    profile: 'srgb',
  },
  'webp-6': { name: 'webp-6.webp', seed: 6, width: 3000, height: 2000, format: 'webp', quality: 88 },
  'alpha-2': {
    name: 'alpha-2.png',
    seed: 2,
    width: 1600,
    height: 1250,
    format: 'png',
    quality: 100,
    alpha: true,
  },
  'cmyk-1': {
    name: 'cmyk-1.jpg',
    seed: 1,
    width: 1200,
    height: 834,
    format: 'jpeg',
    quality: 90,
    profile: 'cmyk',
  },
} as const satisfies Readonly<Record<string, Photo>>;

/** How the reference picture of a command is made: from all pixels of the source, with Lanczos, without loss. */
export interface Geometry {
  readonly width?: number;
  readonly height?: number;
}

export interface Comparison {
  readonly photo: keyof typeof photos;
  /** The query of our URL. Qualities are given, so that both use the same. */
  readonly ours: string;
  /** The modifiers of ipx. */
  readonly ipx: string;
  readonly geometry: Geometry;
  /** CPU time of imgproxy ÷ that of ipx, in the earlier comparison. */
  readonly imgproxyToIpx: number;
  /** The source has a profile that has to be compared with sRGB, or CMYK. */
  readonly hasProfile: boolean;
}

/** In the order of the earlier comparison. */
export const comparisons: readonly Comparison[] = [
  {
    photo: 'jpeg-24',
    ours: 'wid=400&fmt=jpeg&qlt=80',
    ipx: 'w_400,f_jpeg,q_80',
    geometry: { width: 400 },
    imgproxyToIpx: 74 / 66,
    hasProfile: false,
  },
  {
    photo: 'jpeg-24',
    ours: 'wid=1200&fmt=webp&qlt=80',
    ipx: 'w_1200,f_webp,q_80',
    geometry: { width: 1200 },
    imgproxyToIpx: 218 / 204,
    hasProfile: false,
  },
  {
    photo: 'sideways-12',
    ours: 'wid=800&hei=800&fit=crop&fmt=jpeg&qlt=80',
    ipx: 's_800x800,fit_cover,f_jpeg,q_80',
    geometry: { width: 800, height: 800 },
    imgproxyToIpx: 78 / 112,
    hasProfile: true,
  },
  {
    photo: 'jpeg-24',
    ours: 'wid=640&fmt=avif&qlt=50',
    ipx: 'w_640,f_avif,q_50',
    geometry: { width: 640 },
    imgproxyToIpx: 168 / 1_533,
    hasProfile: false,
  },
  {
    photo: 'sideways-12',
    ours: 'scl=1&fmt=jpeg&qlt=80',
    ipx: 'f_jpeg,q_80',
    geometry: {},
    imgproxyToIpx: 335 / 412,
    hasProfile: true,
  },
  {
    photo: 'alpha-2',
    ours: 'wid=200&fmt=png-alpha',
    ipx: 'w_200,f_png',
    geometry: { width: 200 },
    imgproxyToIpx: 57 / 57,
    hasProfile: false,
  },
  {
    photo: 'webp-6',
    ours: 'wid=800&fmt=webp&qlt=80',
    ipx: 'w_800,f_webp,q_80',
    geometry: { width: 800 },
    imgproxyToIpx: 144 / 149,
    hasProfile: false,
  },
  {
    photo: 'cmyk-1',
    ours: 'wid=600&fmt=jpeg&qlt=80',
    ipx: 'w_600,f_jpeg,q_80',
    geometry: { width: 600 },
    imgproxyToIpx: 99 / 241,
    hasProfile: true,
  },
];

/** Previews of large masters. */
export const thumbnails: readonly Comparison[] = [
  {
    photo: 'jpeg-24',
    ours: 'wid=200&fmt=jpeg&qlt=80',
    ipx: 'w_200,f_jpeg,q_80',
    geometry: { width: 200 },
    imgproxyToIpx: 74 / 66,
    hasProfile: false,
  },
  {
    photo: 'jpeg-24',
    ours: 'wid=400&fmt=webp&qlt=80',
    ipx: 'w_400,f_webp,q_80',
    geometry: { width: 400 },
    imgproxyToIpx: 74 / 66,
    hasProfile: false,
  },
  {
    photo: 'sideways-12',
    ours: 'wid=200&hei=200&fit=crop&fmt=jpeg&qlt=80',
    ipx: 's_200x200,fit_cover,f_jpeg,q_80',
    geometry: { width: 200, height: 200 },
    imgproxyToIpx: 78 / 112,
    hasProfile: true,
  },
];

/**
 * ipx, the newest of npm, with its defaults. Only `autoOrient` is added: without it, ipx would leave sideways photos
 * sideways and make other pictures than ours.
 */
export const ipxSettings = { package: 'ipx', sharpOptions: { autoOrient: true } } as const;

/** Requests at the same time. */
export const concurrencies = [1, 4, 16] as const;

/** The commit with the bundles that import times are compared with: the one before the bundles became smaller. */
export const oldBundles = 'f670bb3';
