/** Browsers revalidate after ten minutes. In a file of its own, because the edge function finish-file has it, too. */
export const browserSeconds = 600;
