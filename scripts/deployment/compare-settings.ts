export interface SettingsChange {
  /** Would return to their default because nothing gives them any more, and were not allowed to. */
  readonly dropped: readonly string[];
  /** One line for each setting that gets another value. */
  readonly changed: readonly string[];
}

/**
 * Compares the settings of an installation with those that it is about to be deployed with.
 * @param deployed those that are not at their default
 * @param given those that somebody gave, be it their default
 * @param next those that are not at their default, after the deployment
 * @param drop names that may return to their default
 */
export function compareSettings(
  deployed: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
  next: Readonly<Record<string, string>>,
  drop: readonly string[],
): SettingsChange {
  const names = [...new Set([...Object.keys(deployed), ...Object.keys(next)])];
  return {
    dropped: Object.keys(deployed).filter((name) => !(name in given) && !drop.includes(name)),
    changed: names
      .filter((name) => deployed[name] !== next[name])
      .map((name) => `${name}: ${deployed[name] ?? '(default)'} → ${next[name] ?? '(default)'}`),
  };
}
