import type { AssetType } from '../asset/asset.ts';

/** Files in one upload job. Keeps the request below 500 kB and its URLs together below API Gateway's 10 MB. */
export const mostFiles = 1_000;

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
export const mostPixels = 268_402_689;

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** Parts of one file: a request that completes them stays below 200 kB. */
export const mostPartsOfFile = 1_000;

/** Bytes by type. What images may have is also what ingest can hold in memory; 50 GiB are 1,000 parts of 52 MiB. */
export const mostBytes: Readonly<Record<AssetType, number>> = {
  image: 200 * mebibyte,
  'animated-gif': 200 * mebibyte,
  pdf: 500 * mebibyte,
  video: 50 * gibibyte,
};

/** Bytes that no file of any type may exceed. */
export const mostBytesOfAny = Math.max(...Object.values(mostBytes));
