/** Reports the state of a step while it runs: a text, or a text with a bar. */
export type Report = (text: string, progress?: { readonly done: number; readonly total: number }) => void;

/** One line of `npm start`. */
export interface Step {
  readonly title: string;
  /** @throws Error where the outcome is not the expected one */
  work(report: Report): Promise<void>;
}
