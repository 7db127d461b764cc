import type { MemberStore } from '../../adapters/dynamodb/companies/member-store.ts';
import type { JobListStore } from '../../adapters/dynamodb/jobs/job-list-store.ts';
import type { JobStore } from '../../adapters/dynamodb/jobs/job-store.ts';
import type { ScheduleStore } from '../../adapters/dynamodb/schedules/schedule-store.ts';
import { type Member, otherAdmins } from '../../domain/companies/member.ts';
import { isAtLeast } from '../../domain/companies/role.ts';
import { invalidField } from '../../domain/failure.ts';
import { lostRights } from '../../domain/schedules/decide-run.ts';
import type { Schedule } from '../../domain/schedules/schedule.ts';
import { changedMeanwhile, untilUnchanged } from '../../domain/until-unchanged.ts';
import { keepChanging, memberNotFound, remainingAdmin } from './change-role.ts';

export interface RemoveMemberDependencies
  extends Pick<MemberStore, 'findMember' | 'listMembers' | 'removeMember'>,
    Pick<ScheduleStore, 'listSchedules' | 'getSchedule' | 'changeSchedule'>,
    Pick<JobListStore, 'listActiveJobs'>,
    Pick<JobStore, 'reassignJob'> {
  /** ISO 8601, UTC. */
  readonly now: () => string;
}

export interface Removal {
  /** Subject of the member who gets the schedules and unfinished jobs. Default: the caller, or else the first other admin. */
  readonly successor?: string | undefined;
  /** The subject of the caller, or `operator`. */
  readonly by: string;
}

/** What the successor got. */
export interface RemovedMember {
  readonly successor: string;
  /** Ids. */
  readonly schedules: readonly string[];
  readonly jobs: readonly string[];
}

/**
 * Removes a member. The membership goes first, so that the next request of the member is refused; then schedules and
 * unfinished jobs go to the successor. If that is interrupted, the same call again continues: it finds no member any more,
 * and still hands over what is left.
 *
 * Costs: a query of the members, of the schedules and of the active jobs; a transaction; a write for each schedule and job.
 * @throws Failure `member.not-found` if there is neither a member nor anything of theirs, `member.last-admin`,
 * `member.changed-meanwhile`, `request.invalid` for a successor who may not have the schedules
 */
export async function removeMember(
  company: string,
  subject: string,
  { successor: named, by }: Removal,
  dependencies: RemoveMemberDependencies,
): Promise<RemovedMember> {
  const members = await dependencies.listMembers(company);
  const found = members.find((member) => member.subject === subject);
  if (found) remainingAdmin(found, members);
  const successor = successorOf(members, subject, named, by);
  const owned = await schedulesOf(company, subject, dependencies);
  checkSuccessor(successor, subject, owned, members);

  const wasMember = await untilUnchanged(async () => {
    const member = await dependencies.findMember(company, subject);
    if (!member) return false;
    const remaining = remainingAdmin(member, await dependencies.listMembers(company));
    const isRemoved = await dependencies.removeMember(company, subject, member.role, remaining);
    return isRemoved ? true : changedMeanwhile;
  }, keepChanging);

  const schedules: string[] = [];
  // Read again: until a moment ago the member could make schedules.
  for (const { id } of await schedulesOf(company, subject, dependencies))
    if (await giveSchedule(company, id, { from: subject, to: successor.subject, by }, dependencies))
      schedules.push(id);
  const jobs: string[] = [];
  for (const { id, kind, submittedBy, runAs } of await dependencies.listActiveJobs(company)) {
    if ((runAs ?? submittedBy) !== subject) continue;
    const owner = kind === 'publish' ? { runAs: successor.subject } : { submittedBy: successor.subject };
    if (await dependencies.reassignJob(company, id, owner)) jobs.push(id);
  }
  if (!wasMember && schedules.length === 0 && jobs.length === 0) throw memberNotFound(subject);
  return { successor: successor.subject, schedules, jobs };
}

function successorOf(
  members: readonly Member[],
  subject: string,
  named: string | undefined,
  by: string,
): Member {
  if (named === subject)
    throw invalidField('successor', 'must be another member than the one who is removed');
  const admins = otherAdmins(members, subject);
  const found =
    named === undefined
      ? (admins.find((admin) => admin.subject === by) ?? admins[0])
      : members.find((member) => member.subject === named);
  if (!found) {
    throw named === undefined
      ? invalidField('successor', 'must be given: the company has no other admin')
      : invalidField('successor', `must be the subject of a member of the company; ${named} is none`);
  }
  return found;
}

/** Schedules would be paused at their next run if their owner may not start their jobs. */
function checkSuccessor(
  { subject: successor, role }: Member,
  subject: string,
  schedules: readonly Schedule[],
  members: readonly Member[],
): void {
  if (!isAtLeast(role, 'user'))
    throw invalidField('successor', `must be a user or an admin; ${successor} is a ${role}`);
  for (const schedule of schedules) {
    const given = givenTo(schedule, subject, successor);
    const runAs = members.find((member) => member.subject === given.job.runAs)?.role;
    const lost = lostRights(given, {
      owner:
        given.submittedBy === successor ? role : members.find((m) => m.subject === given.submittedBy)?.role,
      runAs,
    });
    // A schedule that is not active lost its rights before, perhaps.
    if (lost !== undefined && schedule.active)
      throw invalidField('successor', `cannot have the schedule "${schedule.name}". ${lost}`);
  }
}

async function schedulesOf(
  company: string,
  subject: string,
  { listSchedules }: Pick<ScheduleStore, 'listSchedules'>,
): Promise<Schedule[]> {
  const owned: Schedule[] = [];
  for await (const schedule of listSchedules(company))
    if (schedule.submittedBy === subject || schedule.job.runAs === subject) owned.push(schedule);
  return owned;
}

function giveSchedule(
  company: string,
  id: string,
  { from, to, by }: { readonly from: string; readonly to: string; readonly by: string },
  { getSchedule, changeSchedule, now }: RemoveMemberDependencies,
): Promise<boolean> {
  return untilUnchanged(async () => {
    const schedule = await getSchedule(company, id);
    if (!schedule) return false;
    const { submittedBy, job } = givenTo(schedule, from, to);
    if (submittedBy === schedule.submittedBy && job === schedule.job) return false;
    const changed = await changeSchedule(company, id, schedule.version, {
      submittedBy,
      job,
      modified: now(),
      modifiedBy: by,
      version: schedule.version + 1,
    });
    return changed ? true : changedMeanwhile;
  }, keepChanging);
}

/** The owner and the job of a schedule after its change of hands. */
function givenTo(
  { submittedBy: owner, job }: Schedule,
  from: string,
  to: string,
): Pick<Schedule, 'submittedBy' | 'job'> {
  const submittedBy = owner === from ? to : owner;
  if (job.runAs !== from) return { submittedBy, job };
  const { runAs: _, ...others } = job;
  return { submittedBy, job: to === submittedBy ? others : { ...others, runAs: to } };
}
