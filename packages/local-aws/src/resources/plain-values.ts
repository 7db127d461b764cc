/** CloudFormation takes "12" for 12 and "true" for true; the APIs do not. */
export function numbersAndSwitches(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbersAndSwitches);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, numbersAndSwitches(item)]));
  }
  if (value === 'true' || value === 'false') return value === 'true';
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  return value;
}
