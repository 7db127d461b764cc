import { utf8Bytes } from '../utf8-bytes.ts';
import type { Role } from './role.ts';

/** What an audited request is about. */
export const auditKinds = [
  'settings',
  'members',
  'secrets',
  'presets',
  'purges',
  'invalidations',
  'previews',
  'undos',
  'actions',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/**
 * - `unknown`: the request was begun, and nothing recorded its end: the change may have been made or not.
 * - `done`: the request succeeded.
 * - `failed`: the request was refused or failed. One that works on many things may have done a part.
 */
export const auditOutcomes = ['unknown', 'done', 'failed'] as const;

/** An audited request: by whom, what and when. */
export interface AuditEntry {
  readonly company: string;
  /** A ULID: the entries of a company sort by time. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Subject of the member. */
  readonly by: string;
  /** The name of the member at that time. */
  readonly byName: string;
  readonly role: Role;
  readonly kind: AuditKind;
  /** The operation id of the route. */
  readonly operation: string;
  /** What the request named or made: a member, a preset, assets. Cut to `maxSubjectBytes`. */
  readonly subjects: readonly string[];
  /** How many there were. */
  readonly subjectCount: number;
  /** The body of the request without its subjects. Missing if it has more than `maxChangeBytes`. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** The id of the request in the logs. */
  readonly requestId: string;
  readonly outcome: (typeof auditOutcomes)[number];
  /** The code of the error of a request that failed. */
  readonly code?: string;
}

/** The end of an audited request. */
export type AuditEnd = Pick<AuditEntry, 'outcome' | 'code'> &
  Partial<Pick<AuditEntry, 'subjects' | 'subjectCount'>>;

/** Bytes of JSON. Only a metadata schema with very many choices has more. */
export const maxChangeBytes = 16_000;

/** Bytes: more than 1,000 ids of 90 characters, a quarter of what an item can have. */
export const maxSubjectBytes = 100_000;

/** The change as an entry keeps it. */
export function recordedChange(change: Readonly<Record<string, unknown>>): Pick<AuditEntry, 'change'> {
  const isKept = Object.keys(change).length > 0 && utf8Bytes(JSON.stringify(change)) <= maxChangeBytes;
  return isKept ? { change } : {};
}

/** The subjects as an entry keeps them: the first ones that fit, and how many there are. */
export function recordedSubjects(subjects: readonly string[]): Pick<AuditEntry, 'subjects' | 'subjectCount'> {
  let bytes = 0;
  const kept = subjects.filter((subject) => {
    bytes += utf8Bytes(subject);
    return bytes <= maxSubjectBytes;
  });
  return { subjects: kept, subjectCount: subjects.length };
}

/** Filters of the audit. All that are given must match. */
export interface AuditFilters {
  readonly by?: string | undefined;
  readonly kinds?: readonly AuditKind[] | undefined;
  readonly operation?: string | undefined;
  readonly subject?: string | undefined;
  /** ISO 8601, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
