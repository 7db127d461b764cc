import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Role } from '../../session/company.tsx';
import type { settingsTexts } from '../../texts/settings.ts';

type SectionId = keyof typeof settingsTexts.sections;

interface Section {
  /** The last part of its address. */
  readonly id: SectionId;
  /** Role from which on somebody sees it. */
  readonly role: Role;
  /** Loaded when it is opened first. */
  readonly Content: LazyExoticComponent<ComponentType>;
}

/** All sections in the order in which they are listed: the first that somebody may see opens first. */
export const sections: readonly Section[] = [
  { id: 'publishing', role: 'admin', Content: lazy(() => import('./publishing/publishing-section.tsx')) },
  { id: 'servers', role: 'admin', Content: lazy(() => import('./servers/servers-section.tsx')) },
  { id: 'members', role: 'admin', Content: lazy(() => import('./members/members-section.tsx')) },
  { id: 'machines', role: 'admin', Content: lazy(() => import('./machines/machines-section.tsx')) },
  {
    id: 'image-presets',
    role: 'admin',
    Content: lazy(() => import('./image-presets/image-presets-section.tsx')),
  },
  {
    id: 'image-settings',
    role: 'admin',
    Content: lazy(() => import('./image-settings/image-settings-section.tsx')),
  },
  { id: 'metadata', role: 'admin', Content: lazy(() => import('./metadata/metadata-section.tsx')) },
  {
    id: 'notifications',
    role: 'user',
    Content: lazy(() => import('./notifications/notifications-section.tsx')),
  },
  { id: 'audit', role: 'admin', Content: lazy(() => import('./audit/audit-section.tsx')) },
  { id: 'email', role: 'viewer', Content: lazy(() => import('./email/email-section.tsx')) },
];
