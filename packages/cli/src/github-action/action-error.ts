/** An error that the workflow's author can act on. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  /** What to do next. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
