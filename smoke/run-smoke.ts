/** One proof of an installation. */
export interface SmokeStep {
  /** A word for `--without` and for the error sentence. */
  readonly name: string;
  readonly title: string;
  /** Steps that must have passed before. */
  readonly needs: readonly string[];
  /** Where to look if the step fails. */
  readonly hint: string;
  /**
   * @returns what was seen, for the report
   * @throws Error that says what was expected and what was seen
   */
  work(): Promise<string>;
}

export interface SmokeOutcome {
  readonly name: string;
  readonly title: string;
  /** `not-run`: a step that it needs did not pass. `left-out`: by request. */
  readonly status: 'passed' | 'failed' | 'not-run' | 'left-out';
  readonly milliseconds: number;
  /** What was seen, or the reason. */
  readonly text: string;
}

/**
 * Runs the steps one after the other. A failed step does not stop the others, except those that need it.
 * @param without names of the steps to leave out
 * @param onOutcome called after each step
 */
export async function runSmoke(
  steps: readonly SmokeStep[],
  without: readonly string[],
  onOutcome: (outcome: SmokeOutcome) => void,
): Promise<SmokeOutcome[]> {
  const outcomes = new Map<string, SmokeOutcome>();
  for (const step of steps) {
    const start = performance.now();
    const { status, text } = await outcomeOf(step);
    const { name, title } = step;
    const outcome = { name, title, status, text, milliseconds: Math.round(performance.now() - start) };
    outcomes.set(name, outcome);
    onOutcome(outcome);
  }
  return [...outcomes.values()];

  async function outcomeOf(step: SmokeStep): Promise<Pick<SmokeOutcome, 'status' | 'text'>> {
    if (without.includes(step.name)) return { status: 'left-out', text: 'left out by --without' };
    const missing = step.needs.find((name) => outcomes.get(name)?.status !== 'passed');
    if (missing !== undefined)
      return { status: 'not-run', text: `needs the step "${missing}", which did not pass` };
    try {
      return { status: 'passed', text: await step.work() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: 'failed', text: `${reason.replace(/\.?$/, '.')} ${step.hint}` };
    }
  }
}
