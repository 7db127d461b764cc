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
];
