import { readFile } from 'node:fs/promises';
import { ActionError } from './action-error.ts';
import type { ActionWorld } from './action-world.ts';

/** What the action needs of the event that started the workflow. */
export interface WorkflowEvent {
  /** As in `example/website`. */
  readonly repository: string;
  /** The commit, in 40 hexadecimal digits: of a pull request the newest one of its branch. */
  readonly commit: string;
  /** Whether everybody can read the repository and its comments. */
  readonly isPublic: boolean;
  readonly pullRequest: { readonly number: number; readonly isFromFork: boolean } | undefined;
}

interface EventFile {
  readonly repository?: { readonly private?: boolean };
  readonly pull_request?: {
    readonly number: number;
    readonly head: {
      readonly sha: string;
      /** Null if the fork was deleted. */
      readonly repo: { readonly full_name: string } | null;
    };
  };
}

/** @throws ActionError outside of a workflow, or for an event that the action refuses */
export async function readEvent({ env }: ActionWorld): Promise<WorkflowEvent> {
  const { GITHUB_EVENT_PATH: path, GITHUB_EVENT_NAME: name, GITHUB_REPOSITORY: repository = '' } = env;
  if (!path || !repository)
    throw new ActionError(
      'GITHUB_EVENT_PATH or GITHUB_REPOSITORY is missing: this is no workflow of GitHub.',
    );
  // It gives the rights of the main branch to a workflow that works with files of a fork.
  if (name === 'pull_request_target')
    throw new ActionError('The event pull_request_target is refused.', 'Use the event pull_request.');
  const event = JSON.parse(await readFile(path, 'utf8')) as EventFile;
  const { pull_request: pull } = event;
  return {
    repository,
    commit: pull?.head.sha ?? env.GITHUB_SHA ?? '',
    isPublic: event.repository?.private !== true,
    pullRequest: pull && {
      number: pull.number,
      isFromFork: pull.head.repo?.full_name !== repository,
    },
  };
}
