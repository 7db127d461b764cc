/** Outcome of one check before a deployment. */
export interface Finding {
  /** What was checked, in two or three words. */
  readonly subject: string;
  /** `missing` stops a deployment, or makes something fail after it; a `warning` limits what the installation can do. */
  readonly level: 'ok' | 'warning' | 'missing';
  readonly text: string;
  /** How to get what is missing, or more of it. */
  readonly remedy?: string;
}

/** A line for people: `missing  certificate of media.example.com  …`, and the remedy below it. */
export function printFinding({ subject, level, text, remedy }: Finding): string {
  const line = `${level.padEnd(8)} ${subject}: ${text}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(9)}→ ${remedy}`;
}
