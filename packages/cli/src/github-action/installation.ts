import { type Client, createClient } from '@pressroom/client/create-client';
import type { ErrorOutput, Outputs } from '../../contract/outputs.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { runProgram } from '../program.ts';
import { openSession } from '../session/session.ts';
import { ActionError } from './action-error.ts';
import type { ActionInputs } from './action-inputs.ts';
import type { ActionWorld } from './action-world.ts';

/** The installation as the action reaches it: by commands of the command line, and by single calls. */
export interface Installation {
  /**
   * Runs a command with `--json`.
   * @param onResult gets each result at once
   * @returns 0, or 7 if some assets or files failed
   * @throws ActionError for every other end
   */
  run<Path extends keyof Outputs>(
    path: Path,
    words: readonly string[],
    onResult: (result: Outputs[Path]) => void,
  ): Promise<ExitCode>;
  readonly client: () => Promise<Client>;
}

/** Signs in by the trust rules of the company, with the token that GitHub gives to the job. */
export function openInstallation(world: ActionWorld, inputs: ActionInputs): Installation {
  const { env, fetch, now, wait, signal } = world;
  const base: Io = {
    stdout: ignored,
    stderr: ignored,
    isInteractive: false,
    env: {
      PRESSROOM_API: inputs.api,
      PRESSROOM_COMPANY: inputs.company,
      PRESSROOM_OIDC_AUDIENCE: inputs.audience,
      PRESSROOM_HOME: `${env.RUNNER_TEMP ?? '/tmp'}/pressroom`,
      ACTIONS_ID_TOKEN_REQUEST_URL: env.ACTIONS_ID_TOKEN_REQUEST_URL,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: env.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
    },
    folder: env.GITHUB_WORKSPACE ?? '.',
    fetch,
    now,
    wait,
    ask: () => Promise.reject(new Error('A workflow has nobody to ask')),
    openBrowser: () => {},
  };
  return {
    async run(path, words, onResult) {
      let errors = '';
      const io: Io = {
        ...base,
        stdout: { ...ignored, write: byLine((line) => onResult(JSON.parse(line) as never)) },
        stderr: {
          ...ignored,
          write(text) {
            errors += text;
            return true;
          },
        },
      };
      const exitCode = await runProgram(io, [...path.split(' '), ...words, '--json'], signal);
      if (exitCode === 0 || exitCode === 7) return exitCode;
      throw await errorOf(world, inputs, exitCode, errors);
    },
    async client() {
      const session = await openSession(base, {});
      return createClient(session.api, session.getToken, { company: inputs.company, fetch, wait });
    },
  };
}

const ignored: Io['stdout'] = { write: () => true, once: () => undefined };

/** Calls back for each whole line of what is written. */
function byLine(onLine: (line: string) => void): (text: string) => boolean {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    return true;
  };
}

async function errorOf(
  world: ActionWorld,
  inputs: ActionInputs,
  exitCode: ExitCode,
  printed: string,
): Promise<ActionError> {
  const { message, hint, requestId } = (JSON.parse(printed) as ErrorOutput).error;
  const text = requestId === undefined ? message : `${message} (request ${requestId})`;
  if (exitCode !== 3) return new ActionError(text, hint);
  const subject = await subjectOf(world, inputs);
  return new ActionError(
    text,
    `The company ${inputs.company} needs a trust rule with the issuer https://token.actions.githubusercontent.com, the audience ${inputs.audience} and a subject pattern for '${subject}': docs/github-action.md#trust-rules.`,
  );
}

/** As whom GitHub shows the job: what the pattern of a trust rule has to match. */
async function subjectOf({ env, fetch, signal }: ActionWorld, { audience }: ActionInputs): Promise<string> {
  try {
    const url = `${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(audience)}`;
    const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
    const { value } = (await (await fetch(url, { headers, signal })).json()) as { value: string };
    const claims = Buffer.from(value.split('.')[1] ?? '', 'base64url').toString();
    return (JSON.parse(claims) as { sub: string }).sub;
  } catch {
    return 'this job';
  }
}
