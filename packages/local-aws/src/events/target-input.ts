/** Input of a rule's target in place of the whole event. At most one field is set. */
export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/**
 * The text that EventBridge sends to a target.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 * @param rule for the predefined variables of a template
 */
export function targetPayload(
  event: Readonly<Record<string, unknown>>,
  { Input, InputPath, InputTransformer }: TargetInput,
  rule: { readonly name: string; readonly arn: string },
): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(atPath(event, InputPath) ?? event);
  if (!InputTransformer) return JSON.stringify(event);
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event.json': event,
    'aws.events.event': event,
  };
  for (const [name, path] of Object.entries(InputTransformer.InputPathsMap ?? {}))
    values[name] = atPath(event, path);
  return fillTemplate(InputTransformer.InputTemplate, values);
}

/** A value is inserted unchanged inside quotes, and as JSON outside. A missing value is replaced by nothing. */
function fillTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  let inQuotes = false;
  return template.replace(/\\"|"|<([\w.-]+)>/g, (found, name: string | undefined) => {
    if (found === '"') inQuotes = !inQuotes;
    if (name === undefined || !(name in values)) return found;
    const value = values[name];
    if (value === undefined) return '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (inQuotes) return JSON.stringify(text).slice(1, -1);
    return typeof value === 'string' ? JSON.stringify(value) : text;
  });
}

function atPath(event: unknown, path: string): unknown {
  return path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .reduce<unknown>(
      (value, step) => (value as Record<string, unknown> | undefined)?.[step.replace(/^'|'$/g, '')],
      event,
    );
}
