import { publishKinds, servers } from '../words.ts';
import { ActionError } from './action-error.ts';

/** What the action does: list what a publish job would do, or publish. */
export const actionCommands = ['plan', 'publish'] as const;
export const thumbnailRules = ['private', 'always', 'never'] as const;

interface InputDeclaration {
  readonly required?: true;
  /** As action.yml has it: GitHub gives it where the workflow gives nothing. */
  readonly default?: string;
}

/** The inputs of action.yml, except that GitHub gives github-token its default. A test compares both. */
export const inputDeclarations = {
  command: { required: true },
  api: { required: true },
  company: { required: true },
  folder: {},
  below: { default: 'true' },
  type: { default: 'full' },
  servers: {},
  'sync-from': {},
  'sync-delete': { default: 'false' },
  plan: {},
  'skip-changed': { default: 'false' },
  name: {},
  comment: { default: 'true' },
  thumbnails: { default: 'private' },
  audience: { default: 'pressroom' },
  'github-token': {},
} as const satisfies Readonly<Record<string, InputDeclaration>>;

type InputName = keyof typeof inputDeclarations;

export interface ActionInputs {
  readonly command: (typeof actionCommands)[number];
  readonly api: string;
  readonly company: string;
  /** Folder of the library. Missing: the whole library. */
  readonly folder: string | undefined;
  readonly below: boolean;
  readonly type: (typeof publishKinds)[number];
  /** Missing: all servers of the company. */
  readonly servers: readonly string[] | undefined;
  /** Folder of the repository whose files the folder of the library gets. */
  readonly syncFrom: string | undefined;
  readonly syncDelete: boolean;
  /** Id of a stored plan to run. */
  readonly plan: string | undefined;
  readonly skipChanged: boolean;
  readonly name: string | undefined;
  readonly comment: boolean;
  readonly thumbnails: (typeof thumbnailRules)[number];
  readonly audience: string;
  readonly githubToken: string | undefined;
}

/**
 * Reads the inputs of the step as GitHub gives them: environment variables `INPUT_<NAME>`.
 * @throws ActionError that names every input that is wrong
 */
export function readInputs(env: Readonly<Record<string, string | undefined>>): ActionInputs {
  const problems: string[] = [];
  const given = (name: InputName): string | undefined => {
    const declared: InputDeclaration = inputDeclarations[name];
    const value = (env[`INPUT_${name.toUpperCase()}`] ?? '').trim() || undefined;
    if (declared.required && value === undefined) problems.push(`${name}: is missing.`);
    return value ?? declared.default;
  };
  const oneOf = <Word extends string>(name: InputName, words: readonly [Word, ...Word[]]): Word => {
    const value = given(name);
    const word = words.find((one) => one === value);
    if (value !== undefined && word === undefined)
      problems.push(`${name}: '${value}' must be ${words.join(' or ')}.`);
    return word ?? words[0];
  };
  const isTrue = (name: InputName): boolean => oneOf(name, ['false', 'true']) === 'true';

  const inputs: ActionInputs = {
    command: oneOf('command', actionCommands),
    api: given('api') ?? '',
    company: given('company') ?? '',
    folder: given('folder'),
    below: isTrue('below'),
    type: oneOf('type', publishKinds),
    servers: given('servers')
      ?.split(',')
      .map((server) => server.trim()),
    syncFrom: given('sync-from'),
    syncDelete: isTrue('sync-delete'),
    plan: given('plan'),
    skipChanged: isTrue('skip-changed'),
    name: given('name'),
    comment: isTrue('comment'),
    thumbnails: oneOf('thumbnails', thumbnailRules),
    audience: given('audience') ?? '',
    githubToken: given('github-token'),
  };
  problems.push(...conflictsOf(inputs));
  if (problems.length > 0)
    throw new ActionError(
      `The inputs of the step are wrong. ${problems.join(' ')}`,
      'All inputs are described in docs/github-action.md.',
    );
  return inputs;
}

function conflictsOf(inputs: ActionInputs): string[] {
  const { command, api, folder, servers: given = [], syncFrom, syncDelete, plan, skipChanged } = inputs;
  const problems: string[] = [];
  if (api !== '' && !isApiAddress(api))
    problems.push(`api: '${api}' must be the address of the API, as in https://api.example.com.`);
  if (folder !== undefined && !folder.startsWith('/'))
    problems.push(`folder: '${folder}' must be a folder of the library, as in /website/.`);
  const unknown = given.filter((server) => !servers.some((known) => known === server));
  if (unknown.length > 0) problems.push(`servers: '${unknown.join(', ')}' must be of ${servers.join(', ')}.`);
  if (syncFrom !== undefined && folder === undefined)
    problems.push('sync-from: needs folder, the folder of the library for its files.');
  if (syncDelete && syncFrom === undefined) problems.push('sync-delete: needs sync-from.');
  if (plan !== undefined && command === 'plan') problems.push('plan: is for the command publish.');
  if (plan !== undefined && (folder !== undefined || syncFrom !== undefined || given.length > 0))
    problems.push('plan: fixes what is published, so folder, servers and sync-from must not be given.');
  if (skipChanged && plan === undefined) problems.push('skip-changed: needs plan.');
  return problems;
}

/** HTTPS, except on the machine itself: the token must not travel in plain text. */
function isApiAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname));
}
