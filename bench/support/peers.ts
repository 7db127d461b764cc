/**
 * Other programs that copy a bucket: rclone and the AWS CLI from Debian, tuned for many small objects. Like Pressroom, both
 * copy on the server: no bytes pass through them.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Full paths, because a version manager may put another `aws` first. The environment names programs at other paths. */
const programs = {
  rclone: process.env.PRESSROOM_RCLONE ?? '/usr/bin/rclone',
  aws: process.env.PRESSROOM_AWS ?? '/usr/bin/aws',
} as const;
const packages = { rclone: 'rclone', aws: 'awscli' } as const;

/** Concurrent requests. More than the emulator can process, so that it never waits for the program. */
const emulatorConcurrency = 64;

export interface CopyRequest {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** `bucket/prefix` */
  readonly from: string;
  readonly to: string;
}

export interface Peer {
  readonly name: 'rclone copy' | 'aws s3 sync';
  readonly settings: string;
  version(): string;
  copy(copying: CopyRequest): Promise<void>;
}

/**
 * Finds both programs, and installs them where apt is available.
 * @param atATime concurrent requests of each
 * @throws Error with the command that installs missing programs
 */
export async function findPeers(atATime = emulatorConcurrency): Promise<Peer[]> {
  const names = Object.keys(programs) as (keyof typeof programs)[];
  const missing = names.filter((name) => !existsSync(programs[name])).map((name) => packages[name]);
  if (missing.length > 0) {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
      throw new Error(`Missing: ${missing.join(', ')}. On Debian: sudo apt-get install ${missing.join(' ')}`);
    console.log(`Installing ${missing.join(' and ')}`);
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
      stdio: 'ignore',
    });
  }
  return [rclone(atATime), awsCli(atATime)];
}

const rcloneFlags = (atATime: number) => [
  ...['--transfers', String(atATime), '--checkers', String(atATime)],
  // One listing for all folders, no check of the bucket, comparison by size only, no modification times.
  ...['--fast-list', '--s3-no-check-bucket', '--size-only', '--no-update-modtime'],
];

const rclone = (atATime: number): Peer => ({
  name: 'rclone copy',
  version: () => versionOf(programs.rclone, ['version']),
  settings: rcloneFlags(atATime).join(' '),
  async copy({ endpoint, accessKeyId, secretAccessKey, sessionToken, from, to }) {
    const remote = {
      TYPE: 's3',
      PROVIDER: 'Other',
      ENDPOINT: endpoint,
      ACCESS_KEY_ID: accessKeyId,
      SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken === undefined ? {} : { SESSION_TOKEN: sessionToken }),
      REGION: 'us-east-1',
      FORCE_PATH_STYLE: 'true',
    };
    const env = Object.fromEntries(
      Object.entries(remote).map(([name, value]) => [`RCLONE_CONFIG_CLOUD_${name}`, value]),
    );
    await run(programs.rclone, ['copy', `cloud:${from}`, `cloud:${to}`, ...rcloneFlags(atATime)], {
      env: { ...env, RCLONE_CONFIG: '/dev/null', PATH: '/usr/bin:/bin', HOME: tmpdir() },
    });
  },
});

const awsConfiguration = (atATime: number) => `[default]
s3 =
  max_concurrent_requests = ${atATime}
  max_queue_size = 10000
`;

const awsCli = (atATime: number): Peer => ({
  name: 'aws s3 sync',
  version: () => versionOf(programs.aws, ['--version']),
  settings: `max_concurrent_requests ${atATime}, max_queue_size 10000, AWS_MAX_ATTEMPTS 20, --size-only --only-show-errors`,
  async copy({ endpoint, accessKeyId, secretAccessKey, sessionToken, from, to }) {
    const folder = await mkdtemp(join(tmpdir(), 'pressroom-aws-'));
    try {
      const file = join(folder, 'config');
      await writeFile(file, awsConfiguration(atATime));
      const places = [`s3://${from}`, `s3://${to}`];
      const flags = ['--endpoint-url', endpoint, '--size-only', '--only-show-errors'];
      await run(programs.aws, ['s3', 'sync', ...places, ...flags], {
        env: {
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_CONFIG_FILE: file,
          // The default of 5 attempts loses copies under 503 SlowDown.
          AWS_MAX_ATTEMPTS: '20',
          AWS_EC2_METADATA_DISABLED: 'true',
          PATH: '/usr/bin:/bin',
          HOME: folder,
        },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

function versionOf(program: string, parameters: readonly string[]): string {
  const output = execFileSync(program, parameters, { encoding: 'utf8', env: { HOME: tmpdir() } });
  // The rest of the line names the platform.
  return /^\S+(?: v\S+)?/.exec(output)?.[0] ?? '';
}
