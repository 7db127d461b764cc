/** The names and values of one request's expressions, behind placeholders: names may be reserved words. */
export interface Placeholders {
  /** @param attribute a dot leads into a map: `counts.done` */
  pathTo(attribute: string): string;
  bind(value: unknown): string;
  /** What the request needs beside its expressions. DynamoDB refuses empty maps. */
  attributes(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, unknown>;
  };
}

export function placeholders(): Placeholders {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  return {
    pathTo: (attribute) => attribute.split('.').map(nameOf).join('.'),
    bind(value) {
      const placeholder = `:v${Object.keys(values).length}`;
      values[placeholder] = value;
      return placeholder;
    },
    attributes: () => ({
      ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
      ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    }),
  };

  function nameOf(element: string): string {
    const placeholder = `#${element.replace(/\W/g, '_')}`;
    const other = names[placeholder];
    if (other !== undefined && other !== element) {
      throw new Error(`The attributes ${other} and ${element} share the placeholder ${placeholder}`);
    }
    names[placeholder] = element;
    return placeholder;
  }
}
