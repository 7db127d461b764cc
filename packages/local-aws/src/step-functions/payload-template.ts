import { callIntrinsic, parseIntrinsic } from './intrinsic-function.ts';
import { isObject, parsePath, readPath } from './json-path.ts';

/** Fills a template (`Parameters`, `ResultSelector`, `ItemSelector`). The value of a key `name.$` is a path or a call. */
export function fillTemplate(template: unknown, input: unknown, context: unknown): unknown {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, input, context));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => {
      if (!key.endsWith('.$') || typeof value !== 'string') return [key, fillTemplate(value, input, context)];
      const filled = value.startsWith('$')
        ? readPath(value, input, context, key)
        : callIntrinsic(value, input, context);
      return [key.slice(0, -2), filled];
    }),
  );
}

/** The problems of a template, for the check of a definition. */
export function problemsInTemplate(template: unknown): string[] {
  if (Array.isArray(template)) return template.flatMap(problemsInTemplate);
  if (!isObject(template)) return [];
  return Object.entries(template).flatMap(([key, value]) => {
    if (!key.endsWith('.$')) return problemsInTemplate(value);
    if (typeof value !== 'string') return [`${key} must be a path or a call`];
    try {
      if (value.startsWith('$')) parsePath(value);
      else parseIntrinsic(value);
      return [];
    } catch (error) {
      return [`${key}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}
