import type { FileType } from '../assets/asset.ts';

/** Files in one upload job. Keeps the request below 500 kB and its URLs together below API Gateway's 10 MB. */
export const maxFiles = 1_000;

/** Bytes. Larger files are sent in parts, so that a broken line costs a part and not the whole. */
export const multipartAbove = 100 * 1024 * 1024;

/** Seconds that a presigned URL of an upload is good for. */
export const uploadUrlSeconds = 3_600;

/** Hours after its submission that an upload job takes files; what has not arrived by then is not reached. */
export const uploadOpenHours = 24;

/**
 * Pixels of a source image: sharp's own default limit (0x3FFF squared), which is also what every later
 * transform of it must be able to decode.
 */
export const maxPixels = 268_402_689;

/** Bytes of memory that the decoding of one image may take: half of what ingest has. See decode-memory.ts. */
export const maxDecodeMemory = 1024 ** 3;

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** Parts of one file: a request that completes them stays below 200 kB. */
export const maxUploadParts = 1_000;

/**
 * Bytes by type. What is read as a whole to be checked is held to what ingest can hold in its memory of 2 GiB; the
 * rest, of which only a beginning and an end are read, to what is of use for delivery.
 */
export const maxBytesByType: Readonly<Record<FileType, number>> = {
  // Held in memory while they are decoded, beside up to `maxDecodeMemory`.
  image: 200 * mebibyte,
  'animated-gif': 200 * mebibyte,
  // Parsed as a whole. As text they take twice their bytes; maps and product feeds stay below.
  svg: 20 * mebibyte,
  xml: 50 * mebibyte,
  // Decoded as a whole. A million lines of a price list are 50 MB.
  text: 50 * mebibyte,
  css: 20 * mebibyte,
  javascript: 20 * mebibyte,
  html: 20 * mebibyte,
  // The captions of a feature film have 200 kB.
  caption: 5 * mebibyte,
  // 1,000 parts of 52 MiB: what one request can complete (`maxUploadParts`).
  video: 50 * gibibyte,
  // Two hours of uncompressed stereo with 24 bits at 48 kHz.
  audio: 2 * gibibyte,
  // Nobody waits for more in a viewer; the catalogues of print shops stay below.
  pdf: 500 * mebibyte,
  document: 500 * mebibyte,
  // Collections of East Asian fonts have 20 to 120 MB.
  font: 150 * mebibyte,
  // The tables of a printer profile have a few MB.
  'icc-profile': 20 * mebibyte,
  vignette: 200 * mebibyte,
  // From here on ZIP needs its 64-bit form, which not every unpacker reads.
  zip: 4 * gibibyte - 1,
};

/** Bytes that no file of any type may exceed. */
export const maxFileBytes = Math.max(...Object.values(maxBytesByType));
