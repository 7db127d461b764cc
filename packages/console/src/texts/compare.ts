/** Two versions of a picture beside each other. */
export const compareTexts = {
  mode: 'View',
  modes: { side: 'Side by side', swipe: 'Swipe', difference: 'Difference' },
  position: 'Position of the border',
} as const;
