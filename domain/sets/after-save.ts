import { type Asset, type Intent, isPublished } from '../assets/asset.ts';
import type { CompanySettings } from '../companies/settings.ts';

/** What saving a set makes of its publish state, and of its members'. */
export interface SaveConsequence {
  readonly intent: Intent;
  /**
   * `closure`: the set and everything in it go live. `itself`: the edit of a live set goes live, its members keep
   * their own state. `nothing`: no server changes.
   */
  readonly publish: 'closure' | 'itself' | 'nothing';
}

/**
 * "Publish after a save": the six-row table of the image set's documentation (DOMAIN.md, "Publish state").
 * A company that marks on upload wants nothing to go live but by a job: there a save only marks.
 * @param existing the set as it was; undefined for a new one
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
