import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type StartedProcess, startProcess } from '../processes/start-process.ts';

export interface Ministack {
  /** http://127.0.0.1:<port> */
  readonly endpoint: string;
  readonly rootCredentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Absent if MiniStack was already running. */
  readonly process?: StartedProcess;
}

export interface MinistackOptions {
  /**
   * PRESSROOM_MINISTACK: an executable, or the address of a running MiniStack,
   * `http://<key>:<secret>@<host>:<port>` (default key and secret: test). By default the executable in .local/venv.
   */
  readonly setting: string | undefined;
  readonly stateFolder: string;
  readonly logFolder: string;
  readonly account: string;
  readonly region: string;
  /** Services in addition to `services`. */
  readonly moreServices: readonly string[];
  port(name: string): Promise<number>;
  log(line: string): void;
}

const venvExecutable = join(import.meta.dirname, '../../../..', '.local', 'venv', 'bin', 'ministack');

const services = ['s3', 'sqs', 'events', 'cognito-idp', 'iam', 'sts', 'ses', 'ssm'];

/** Deleted before each start and created again from the template, so that removed resources do not survive. */
const discardedState = ['iam.json', 'sts.json', 'eventbridge.json'];

/**
 * Starts MiniStack with its data in the state folder.
 * @throws Error if it is not installed or does not start
 */
export async function startMinistack(options: MinistackOptions): Promise<Ministack> {
  const { setting, stateFolder, logFolder, account, region, moreServices, port, log } = options;
  if (setting && /^https?:/.test(setting)) return useRunning(setting);
  const program = setting || venvExecutable;
  if (!existsSync(program)) {
    throw new Error(
      `MiniStack is not installed at ${program}. Run "npm start" to install it, or set PRESSROOM_MINISTACK to another executable or to the address of a running MiniStack.`,
    );
  }
  const folder = join(stateFolder, 'ministack');
  const folders = {
    state: join(folder, 'state'),
    objects: join(folder, 's3'),
    temporary: join(folder, 'tmp'),
  };
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
  for (const file of discardedState) rmSync(join(folders.state, file), { force: true });
  // Any value works: MiniStack takes its root key from the environment.
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
    // Nothing is inherited: MiniStack passes its environment on to its own children.
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
      // Unused listeners and searches that slow down the start.
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
  const response = await fetch(`${origin}/_ministack/health`).catch(() => undefined);
  if (!response?.ok) throw new Error(`There is no MiniStack at ${origin} (PRESSROOM_MINISTACK).`);
  return {
    endpoint: origin,
    rootCredentials: {
      accessKeyId: decodeURIComponent(username) || 'test',
      secretAccessKey: decodeURIComponent(password) || 'test',
    },
  };
}
