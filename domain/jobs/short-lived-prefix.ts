/**
 * What all keys in the jobs bucket begin with whose objects serve nobody for long: the bucket drops them after 30 days,
 * by prefix, where tags would cost more than the objects. No company's name begins so.
 */
export const shortLivedPrefix = '_30-days/';
