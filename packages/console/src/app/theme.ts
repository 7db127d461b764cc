import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useState } from 'react';

export type Theme = 'light' | 'dark';

const key = 'pressroom.theme';

/** As chosen before, otherwise as the system has it. */
function storedTheme(): Theme {
  const stored = localStorage.getItem(key);
  if (stored === 'light' || stored === 'dark') return stored;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function apply(theme: Theme): void {
  applyMode(theme === 'dark' ? Mode.Dark : Mode.Light);
  // For scroll bars, check boxes and `light-dark()` in style sheets.
  document.documentElement.style.colorScheme = theme;
}

export function applyStoredTheme(): void {
  apply(storedTheme());
}

/** The theme, and what changes it for this browser. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  return [
    theme,
    (chosen) => {
      localStorage.setItem(key, chosen);
      apply(chosen);
      setTheme(chosen);
    },
  ];
}
