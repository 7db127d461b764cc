/**
 * A company's name stands in URLs, S3 keys, table keys and cache tags as it is: letters, digits, `_` and `-`,
 * at most 63 characters.
 */
export const companyPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
