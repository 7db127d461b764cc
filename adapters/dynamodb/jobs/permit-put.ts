import { permitKey } from '../keys.ts';
import { conditionOf, missingOr } from '../table/condition.ts';

/** Who holds a permit, as its item says. Job ids are unique in their company. */
export const permitHolder = ({ company, id }: { readonly company: string; readonly id: string }) =>
  `${company}#${id}`;

/**
 * The write of a transaction that takes a permit.
 * @param taken ISO 8601, UTC
 */
export function permitPut(
  tableName: string,
  permit: number,
  job: { readonly company: string; readonly id: string },
  taken: string,
) {
  const holder = permitHolder(job);
  return {
    Put: {
      TableName: tableName,
      Item: { ...permitKey(permit), holder, taken },
      ...conditionOf({ holder: missingOr(holder) }),
    },
  };
}
