/**
 * Replaces `${name}` in the text of a state machine's definition by values, as CloudFormation does.
 * @throws Error that names the placeholders without a value
 */
export function substitute(
  definition: string,
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  const missing = new Set<string>();
  const text = definition.replace(/\$\{([A-Za-z0-9_]+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) missing.add(placeholder);
    return String(value);
  });
  if (missing.size > 0) throw new Error(`The definition has no value for ${[...missing].join(', ')}`);
  return text;
}
