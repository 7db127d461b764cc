import * as z from 'zod';

/** A date of an asset in a request. Null: none. */
export const liveDate = z.string('must be a text').max(40, 'must have at most 40 characters').nullable();
