import type { ComponentType } from 'react';
import type { Role } from '../session/company.tsx';
import type { PageId } from '../texts/pages.ts';

/** A page of a company. */
export interface PageRoute {
  /** Its name for the eye is in `texts/pages.ts`. */
  readonly id: PageId;
  /** Below `/<company>/`, as react-router writes paths. */
  readonly path: string;
  /** Loads the page when it is opened first. */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
  /** Whether the side navigation shows it. */
  readonly inNavigation?: true;
  /** Role from which on somebody sees the page. All see it unless given. */
  readonly role?: Role;
  /** After `g`, opens the page from the keyboard. */
  readonly key?: string;
}

/** All pages, in the order of the side navigation. */
export const pageRoutes: readonly PageRoute[] = [
  {
    id: 'start',
    path: '',
    load: () => import('../pages/start/start-page.tsx'),
    inNavigation: true,
    key: 's',
  },
  {
    id: 'library',
    path: 'library',
    load: () => import('../pages/library/library-page.tsx'),
    inNavigation: true,
    key: 'l',
  },
  { id: 'trash', path: 'library/trash', load: () => import('../pages/trash/trash-page.tsx') },
  {
    id: 'metadata',
    path: 'library/metadata',
    role: 'user',
    load: () => import('../pages/metadata/metadata-page.tsx'),
  },
  {
    id: 'upload',
    path: 'upload',
    load: () => import('../pages/upload/upload-page.tsx'),
    inNavigation: true,
    role: 'user',
    key: 'u',
  },
  { id: 'asset', path: 'assets/:id', load: () => import('../pages/asset/asset-page.tsx') },
  {
    id: 'derive',
    path: 'assets/:id/derive',
    role: 'user',
    load: () => import('../pages/derive/derive-page.tsx'),
  },
  { id: 'set', path: 'sets/:id', role: 'user', load: () => import('../pages/set/set-page.tsx') },
  {
    id: 'publish',
    path: 'publish',
    load: () => import('../pages/publish/publish-page.tsx'),
    inNavigation: true,
    role: 'user',
    key: 'p',
  },
  {
    id: 'jobs',
    path: 'jobs',
    load: () => import('../pages/jobs/jobs-page.tsx'),
    inNavigation: true,
    key: 'j',
  },
  { id: 'scheduled', path: 'jobs/scheduled', load: () => import('../pages/scheduled/scheduled-page.tsx') },
  {
    id: 'schedule',
    path: 'jobs/scheduled/:id',
    role: 'user',
    load: () => import('../pages/scheduled/edit-schedule-page.tsx'),
  },
  { id: 'job', path: 'jobs/:jobId', load: () => import('../pages/job/job-page.tsx') },
  {
    id: 'cdn',
    path: 'cdn',
    load: () => import('../pages/cdn/cdn-page.tsx'),
    inNavigation: true,
    role: 'admin',
    key: 'c',
  },
  {
    id: 'settings',
    path: 'settings',
    load: () => import('../pages/settings/settings-page.tsx'),
    inNavigation: true,
    key: 'e',
  },
  {
    id: 'settingsSection',
    path: 'settings/:section',
    load: () => import('../pages/settings/settings-page.tsx'),
  },
];
