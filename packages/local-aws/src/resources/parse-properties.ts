import { z } from 'zod';
import type { Properties } from './resource.ts';

/**
 * Reads the properties that a resource goes by.
 * @throws Error that names each one which is missing or cannot be honoured
 */
export function parseProperties<Schema extends z.ZodType>(
  schema: Schema,
  properties: Properties,
): z.output<Schema> {
  const parsed = schema.safeParse(properties);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
