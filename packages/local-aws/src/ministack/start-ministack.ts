import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type StartedProcess, startProcess } from '../processes/start-process.ts';

export interface Ministack {
  /** http://127.0.0.1:<port> */
  readonly endpoint: string;
  readonly rootCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Absent where a MiniStack is used that runs already. */
  readonly process?: StartedProcess;
}

export interface MinistackOptions {
  /**
   * The setting PRESSROOM_MINISTACK: an executable, or the address of one that runs already,
   * `http://<key>:<secret>@<host>:<port>` (test:test where none is given). Without it the one in .local/venv.
   */
  readonly setting: string | undefined;
  readonly stateFolder: string;
  readonly logFolder: string;
  readonly account: string;
  readonly region: string;
  /** Further services to the ones of `services`. */
  readonly moreServices: readonly string[];
  port(name: string): Promise<number>;
  log(line: string): void;
}

const venvExecutable = join(import.meta.dirname, '../../../..', '.local', 'venv', 'bin', 'ministack');

const services = ['s3', 'sqs', 'events', 'cognito-idp', 'iam', 'sts', 'ses', 'ssm'];

/** Made anew of the template at each start, so that nothing stays that the template doesn't hold any more. */
const notKept = ['iam.json', 'sts.json', 'eventbridge.json'];

/**
 * Starts MiniStack, with everything it keeps below the state folder.
 * @throws Error when it isn't there or doesn't start
 */
export async function startMinistack(options: MinistackOptions): Promise<Ministack> {
  const { setting, stateFolder, logFolder, account, region, moreServices, port, log } = options;
  if (setting && /^https?:/.test(setting)) return useRunning(setting);
  const program = setting || venvExecutable;
  if (!existsSync(program)) {
    throw new Error(
      `MiniStack is not at ${program}. "npm start" installs it there; PRESSROOM_MINISTACK names another executable or the address of one that runs.`,
    );
  }
  const folder = join(stateFolder, 'ministack');
  const folders = {
    state: join(folder, 'state'),
    objects: join(folder, 's3'),
    temporary: join(folder, 'tmp'),
  };
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
  for (const file of notKept) rmSync(join(folders.state, file), { force: true });
  // Any value will do: the root key of MiniStack is what its environment says.
  const rootCredentials = {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  const gatewayPort = await port('ministack');
  const endpoint = `http://127.0.0.1:${gatewayPort}`;
  const started = await startProcess({
    name: 'MiniStack',
    program,
    parameters: [],
    folder,
    logFile: join(logFolder, 'ministack.log'),
    log,
    // Nothing of ours: it would hand its environment on to what it runs.
    environment: {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: folder,
      TMPDIR: folders.temporary,
      PYTHONUNBUFFERED: '1',
      GATEWAY_PORT: String(gatewayPort),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: account,
      MINISTACK_REGION: region,
      SERVICES: [...services, ...moreServices].join(','),
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
      PERSIST_STATE: '1',
      STATE_DIR: folders.state,
      S3_PERSIST: '1',
      S3_DATA_DIR: folders.objects,
      LOG_LEVEL: 'WARNING',
      // Listeners and searches that nobody here needs, and that make its start slower.
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      DOCKER_HOST: `unix://${join(folder, 'no-docker')}`,
    },
    isReady: async () => (await fetch(`${endpoint}/_ministack/ready`)).ok,
  });
  return { endpoint, rootCredentials, process: started };
}

async function useRunning(setting: string): Promise<Ministack> {
  const { origin, username, password } = new URL(setting);
  const answer = await fetch(`${origin}/_ministack/health`).catch(() => undefined);
  if (!answer?.ok) throw new Error(`Nothing answers as MiniStack at ${origin} (PRESSROOM_MINISTACK)`);
  return {
    endpoint: origin,
    rootCredentials: {
      accessKeyId: decodeURIComponent(username) || 'test',
      secretAccessKey: decodeURIComponent(password) || 'test',
    },
  };
}
