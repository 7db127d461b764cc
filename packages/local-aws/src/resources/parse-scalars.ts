/** Converts "12" to 12 and "true" to true: CloudFormation accepts both forms, the APIs do not. */
export function parseScalars(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parseScalars);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, parseScalars(item)]));
  }
  if (value === 'true' || value === 'false') return value === 'true';
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  return value;
}
