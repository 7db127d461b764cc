/**
 * Puts values in the places of `${name}` in a state machine's definition, as CloudFormation does it: in the text,
 * whatever stands around the place.
 * @throws Error that names the places that no value is given for
 */
export function substitute(
  definition: string,
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  const missing = new Set<string>();
  const text = definition.replace(/\$\{([A-Za-z0-9_]+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) missing.add(place);
    return String(value);
  });
  if (missing.size > 0) throw new Error(`The definition has no value for ${[...missing].join(', ')}`);
  return text;
}
