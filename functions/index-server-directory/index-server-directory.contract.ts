/** The messages in the queue of index-server-directory. */
import * as z from 'zod';
import { companyPattern } from '../../domain/companies/company-name.ts';

export const directoryWork = z.union([
  /** EventBridge's "Object Created" and "Object Deleted" of S3. The key is not URL-encoded. */
  z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) }),
  /** The index of a company is to be written, or to be completed. */
  z.object({ company: z.string().regex(companyPattern) }),
]);

export type DirectoryWork = z.output<typeof directoryWork>;

/** The company that a message is about; undefined for an object that belongs to none. */
export function companyOf(work: DirectoryWork): string | undefined {
  if ('company' in work) return work.company;
  const [company = ''] = work.detail.object.key.split('/');
  return companyPattern.test(company) ? company : undefined;
}
