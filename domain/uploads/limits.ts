import type { FileType } from '../assets/asset.ts';

/** Files in one upload job. The request stays below 500 kB, and the response with its URLs below API Gateway's 10 MB. */
export const maxFiles = 1_000;

/** Bytes: larger files are sent in upload parts, so that an interruption costs a part and not the whole file. */
export const multipartAbove = 100 * 1024 * 1024;

/** Seconds that a presigned upload URL is valid. */
export const uploadUrlSeconds = 3_600;

/** Hours that an upload job accepts files after its submission. Files that are missing then are logged as not reached. */
export const uploadOpenHours = 24;

/** Pixels of a source image: sharp's default limit (0x3FFF squared), which the image server must be able to decode too. */
export const maxPixels = 268_402_689;

/** Bytes of memory to decode one image: half of ingest-upload's memory. See decode-cost.ts. */
export const maxDecodeMemory = 1024 ** 3;

/** Milliseconds of processor time to decode and scale one image, by estimate. See decode-cost.ts. */
export const maxDecodeMilliseconds = 2_500;

/**
 * HEIC and BMP: pixels of an image that is decoded at ingest, because the image server cannot. HEIC takes about 12 bytes of
 * memory and 0.15 µs of time a pixel: 50 megapixels take 600 MB and 8 seconds. Seconds: a decoder that takes longer is stopped.
 */
export const decodedAtIngest = { pixels: 50_000_000, seconds: 60 } as const;

/** Pixels of a side that a JPEG can have (ISO 10918-1): the rendition of a longer image is a PNG. */
export const maxJpegSide = 65_535;

/**
 * Pictures of Photoshop, Illustrator and EPS files, which are decoded or drawn at ingest. Pixels: a JPEG of more would take longer than
 * `maxDecodeMilliseconds`; those of a Photoshop file take up to 4 bytes of memory each. Side: of an Illustrator page, enough to zoom
 * into. File: bytes of an Illustrator file, which is in memory three times. Memory: of the program that draws it.
 */
export const drawnAtIngest = {
  pixels: 100_000_000,
  seconds: 60,
  sidePixels: 3_000,
  fileBytes: 100 * 1024 * 1024,
  memoryBytes: 768 * 1024 * 1024,
} as const;

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** Upload parts of one file. The request that completes them stays below 200 kB. */
export const maxUploadParts = 1_000;

/**
 * Maximum bytes by type. Types that ingest-upload reads completely are limited by its memory of 2 GiB. Of others it reads
 * only the beginning and the end, so they are limited by what is useful for delivery.
 */
export const maxBytesByType: Readonly<Record<FileType, number>> = {
  // In memory while it is decoded, in addition to up to `maxDecodeMemory`.
  image: 200 * mebibyte,
  'animated-gif': 200 * mebibyte,
  // Parsed completely. Text takes twice its bytes in memory; maps and product feeds are smaller.
  svg: 20 * mebibyte,
  xml: 50 * mebibyte,
  // Decoded completely. A price list of a million lines has 50 MB.
  text: 50 * mebibyte,
  css: 20 * mebibyte,
  javascript: 20 * mebibyte,
  html: 20 * mebibyte,
  // The captions of a feature film have 200 kB.
  caption: 5 * mebibyte,
  // 1,000 upload parts of 52 MiB: one request can complete them (`maxUploadParts`).
  video: 50 * gibibyte,
  // Two hours of uncompressed stereo with 24 bits at 48 kHz.
  audio: 2 * gibibyte,
  // Larger ones load too slowly in a viewer; catalogues of print shops are smaller.
  pdf: 500 * mebibyte,
  document: 500 * mebibyte,
  // Collections of East Asian fonts have 20 to 120 MB.
  font: 150 * mebibyte,
  // The tables of a printer profile have a few MB.
  'icc-profile': 20 * mebibyte,
  vignette: 200 * mebibyte,
  // Larger archives need ZIP64, which some programs cannot read.
  zip: 4 * gibibyte - 1,
};

/** Bytes that no file of any type may exceed. */
export const maxFileBytes = Math.max(...Object.values(maxBytesByType));
