/** A secret that is shown a single time. */
export const onceShownTexts = {
  warning: 'This is the only time that you see it. Copy it before you close.',
  copy: 'Copy',
  copied: 'Copied',
  copyOf: (label: string) => `Copy: ${label}`,
  close: 'I have copied it',
} as const;
