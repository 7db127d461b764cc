import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ScheduleSettings } from './schedule-settings.ts';

/** Created by a call of the API or by a resource of the template. */
export type Origin = 'api' | 'template';

/** Times are milliseconds since 1970. */
export interface Group {
  readonly name: string;
  readonly origin: Origin;
  readonly created: number;
  readonly modified: number;
}

/** Times are milliseconds since 1970. */
export interface Schedule {
  readonly settings: ScheduleSettings;
  readonly origin: Origin;
  readonly created: number;
  readonly modified: number;
  /** Start of a rate. */
  readonly anchor: number;
}

type Entry =
  | { readonly group: Group }
  | { readonly schedule: Schedule }
  | { readonly removedGroup: string }
  | { readonly removedSchedule: string };

export interface ScheduleJournal {
  readonly groups: ReadonlyMap<string, Group>;
  /** By `<group>/<name>`. */
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** Each change resolves when it would survive a kill of this process. */
  putGroup(group: Group): Promise<void>;
  putSchedule(schedule: Schedule): Promise<void>;
  /** Removes the group and its schedules. */
  removeGroup(name: string): Promise<void>;
  removeSchedule(key: string): Promise<void>;
}

export function keyOf({ settings: { GroupName, Name } }: Schedule): string {
  return `${GroupName}/${Name}`;
}

/** Opens the journal of all groups and schedules: JSON lines, of which the last one for each name is valid. */
export function openScheduleJournal(file: string): ScheduleJournal {
  const groups = new Map<string, Group>();
  const schedules = new Map<string, Schedule>();
  const apply = (entry: Entry): void => {
    if ('group' in entry) groups.set(entry.group.name, entry.group);
    else if ('schedule' in entry) schedules.set(keyOf(entry.schedule), entry.schedule);
    else if ('removedSchedule' in entry) schedules.delete(entry.removedSchedule);
    else {
      groups.delete(entry.removedGroup);
      for (const key of schedules.keys()) if (key.startsWith(`${entry.removedGroup}/`)) schedules.delete(key);
    }
  };
  if (existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const entry = parse(line);
      if (entry) apply(entry);
    }
  mkdirSync(dirname(file), { recursive: true });
  const entries: Entry[] = [
    ...[...groups.values()].map((group) => ({ group })),
    ...[...schedules.values()].map((schedule) => ({ schedule })),
  ];
  writeFileSync(`${file}.new`, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  renameSync(`${file}.new`, file);
  let last: Promise<void> = Promise.resolve();
  const write = (entry: Entry): Promise<void> => {
    apply(entry);
    // One at a time: concurrent appends could swap, and the last line is valid.
    last = last.catch(() => {}).then(() => appendFile(file, `${JSON.stringify(entry)}\n`));
    return last;
  };
  return {
    groups,
    schedules,
    putGroup: (group) => write({ group }),
    putSchedule: (schedule) => write({ schedule }),
    removeGroup: (removedGroup) => write({ removedGroup }),
    removeSchedule: (removedSchedule) => write({ removedSchedule }),
  };
}

/** Undefined for an empty line or one that was cut off by a kill. */
function parse(line: string): Entry | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Entry);
  } catch {
    return undefined;
  }
}
