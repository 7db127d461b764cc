/**
 * The pattern of company names: 1 to 63 letters, digits, `_` and `-`, the first one a letter or digit. Names are used
 * unencoded in URLs, S3 keys, table keys and cache tags.
 */
export const companyPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
