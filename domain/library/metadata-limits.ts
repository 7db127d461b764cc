/**
 * Limits of metadata, in characters. They keep a record below 8 kB where it is not written in an alphabet of several
 * bytes a character: every further kilobyte of a record costs publishing it one more write unit.
 */
export const maxTitleLength = 255;
export const maxDescriptionLength = 2_000;
export const maxAltTextLength = 1_000;
export const maxKeywords = 100;
export const maxKeywordLength = 100;
export const maxFields = 100;
export const maxFieldTextLength = 1_000;
export const maxChoices = 500;

/** Of a field: it stands in URLs of a console and in column heads, so it is plain. */
export const fieldName = /^[A-Za-z][A-Za-z0-9_-]{0,49}$/;

/**
 * Whether JavaScript's objects have this name from birth, like `constructor`. As a field of an asset it would hide what
 * the database's client tells plain objects by, and the record could not be written.
 */
export function isReservedName(name: string): boolean {
  return name in Object.prototype;
}

/** Kilobytes are what is paid for and 400 of them are what DynamoDB takes: all metadata of an asset, in UTF-8. */
export const maxMetadataBytes = 32_000;
