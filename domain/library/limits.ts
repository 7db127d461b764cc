/** Assets that one call may name. Each takes some 20 ms of the call's time, 25 of them in parallel. */
export const maxSelectedAssets = 1_000;

/** Assets that a scope by a search may have. Their ids are one object of a few megabytes. */
export const maxScopeAssets = 100_000;

/** Assets that a call works on by a search. A job works on more. */
export const maxScopeOfCall = 100;

/** Milliseconds that a call works on many assets. API Gateway ends a call after 30 s; the rest is for running work. */
export const maxCallMs = 20_000;

/**
 * Limits of metadata: characters, and numbers of entries. They keep most records below 8 kB; every further kilobyte
 * costs one more write unit each time the asset is published.
 */
export const maxTitleLength = 255;
export const maxDescriptionLength = 2_000;
export const maxAltTextLength = 1_000;
export const maxKeywords = 100;
export const maxKeywordLength = 100;
export const maxFields = 100;
export const maxFieldTextLength = 1_000;
export const maxChoices = 500;

/** Bytes of UTF-8 for all metadata of an asset. DynamoDB stores items of at most 400 kB and charges by the kilobyte. */
export const maxMetadataBytes = 32_000;
