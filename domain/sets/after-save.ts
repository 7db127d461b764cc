import { type Asset, type Intent, isPublished } from '../assets/asset.ts';
import type { CompanySettings } from '../companies/settings.ts';

/** How saving a set changes its publish state, and its members' publish state. */
export interface SaveConsequence {
  readonly intent: Intent;
  /**
   * `closure`: the set and everything in it go live. `itself`: the edit of a live set goes live, its members keep
   * their own state. `nothing`: no server changes.
   */
  readonly publish: 'closure' | 'itself' | 'nothing';
}

/**
 * "Publish after a save": the table with six rows in docs/sets.md. With publishOnUpload `mark` only jobs make assets go
 * live, so a save only sets the intent.
 * @param existing the set before the save; undefined for a new set
 * @param publish the option of the save
 */
export function afterSave(
  existing: Pick<Asset, 'intent' | 'publications'> | undefined,
  publish: boolean,
  { publishOnUpload }: Pick<CompanySettings, 'publishOnUpload'>,
): SaveConsequence {
  const atOnce = publishOnUpload === 'now';
  if (publish) return { intent: 'live', publish: atOnce ? 'closure' : 'nothing' };
  if (!existing) return { intent: 'pending', publish: 'nothing' };
  return { intent: existing.intent, publish: atOnce && isPublished(existing) ? 'itself' : 'nothing' };
}
