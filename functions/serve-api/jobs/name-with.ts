/** Characters of a job's name. */
const maxNameLength = 200;

/** The name of a job that is made from another one. @param suffix begins with a space; a name has it once */
export function nameWith(name: string, suffix: string): string {
  return name.endsWith(suffix) ? name : `${name.slice(0, maxNameLength - suffix.length)}${suffix}`;
}
