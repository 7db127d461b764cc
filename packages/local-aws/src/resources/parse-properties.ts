import { z } from 'zod';
import type { Properties } from './resource.ts';

/**
 * Parses the properties of a resource.
 * @throws Error that names each property that is missing or not supported
 */
export function parseProperties<Schema extends z.ZodType>(
  schema: Schema,
  properties: Properties,
): z.output<Schema> {
  const parsed = schema.safeParse(properties);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
