/**
 * The throughput of `pressroom upload` and `pressroom sync` beside `aws s3 sync`, on one storage with the latencies of a
 * region; and the memory of an upload of many files. `npm run bench -- cli` writes bench/results/cli.json. The environment
 * variable PRESSROOM_AWS names the AWS CLI.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild } from './support/child-process.ts';
import { machine, today } from './support/machine.ts';
import { median, round, seededRandom } from './support/statistics.ts';

const root = join(import.meta.dirname, '..');
const resultFile = join(import.meta.dirname, 'results', 'cli.json');
const program = join(root, 'packages', 'cli', 'bin', 'pressroom.mjs');
const aws = process.env.PRESSROOM_AWS ?? '/usr/bin/aws';
const execute = promisify(execFile);

/** Images of a shop, and some large ones: below the size at which the AWS CLI sends parts. */
const sizes = [
  { files: 1_500, bytes: 60_000 },
  { files: 30, bytes: 4_000_000 },
] as const;
const repetitions = 3;
/** Files of the comparison of memory: the larger number must not need more. */
const memoryFiles = [2_000, 10_000] as const;

interface Run {
  readonly program: 'pressroom upload' | 'pressroom sync' | 'aws s3 sync';
  readonly seconds: number;
  readonly megabytesPerSecond: number;
  /** Seconds of the same command again, with nothing to send. */
  readonly unchangedSeconds: number;
}

export async function run(): Promise<void> {
  if (!existsSync(aws))
    throw new Error(`There is no AWS CLI at ${aws}: set PRESSROOM_AWS, or apt-get install awscli`);
  execFileSync(process.execPath, [join(root, 'packages', 'cli', 'build.mjs')]);
  const folder = mkdtempSync(join(tmpdir(), 'pressroom-bench-cli-'));
  const storage = startChild(join(import.meta.dirname, 'cli', 'storage.ts'));
  try {
    const address = await storage.call<string>('start');
    const media = join(folder, 'media');
    const { files, bytes } = makeFiles(media, sizes);
    console.log(`${files} files, ${round(bytes / 1e6, 0)} MB`);

    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      PRESSROOM_API: address,
      PRESSROOM_COMPANY: 'luma',
      PRESSROOM_TOKEN: 'bench',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_DEFAULT_REGION: 'us-east-1',
    };
    const ours = (...words: string[]) =>
      execute(process.execPath, [program, ...words], { cwd: folder, env, maxBuffer: 2 ** 28 });
    const commands: Readonly<Record<Run['program'], () => Promise<unknown>>> = {
      'pressroom upload': () => ours('upload', 'media', '--folder', '/a/', '--json'),
      'pressroom sync': () => ours('sync', 'media', '/a/', '--json'),
      'aws s3 sync': () =>
        execute(aws, ['s3', 'sync', 'media', 's3://aws', '--endpoint-url', address, '--only-show-errors'], {
          cwd: folder,
          env,
        }),
    };

    const runs: Run[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      for (const [name, command] of Object.entries(commands) as [Run['program'], () => Promise<unknown>][]) {
        await storage.call('reset');
        const seconds = await timed(command);
        const counts = await storage.call<{ objects: number; bytes: number; assets: number }>('counts');
        if (counts.objects !== files || counts.bytes !== bytes)
          throw new Error(`${name} has sent ${JSON.stringify(counts)}`);
        if (name !== 'aws s3 sync' && counts.assets !== files)
          throw new Error(`${counts.assets} assets were recorded`);
        const unchangedSeconds = await timed(command);
        runs.push({
          program: name,
          seconds: round(seconds, 2),
          megabytesPerSecond: round(bytes / 1e6 / seconds, 2),
          unchangedSeconds: round(unchangedSeconds, 2),
        });
        console.log(JSON.stringify(runs.at(-1)));
      }
    }

    const memory: { files: number; megabytes: number }[] = [];
    for (const count of memoryFiles) {
      await storage.call('reset');
      const many = join(folder, `many-${count}`);
      makeFiles(many, [{ files: count, bytes: 1_000 }]);
      memory.push({ files: count, megabytes: await memoryOf(many, folder, env) });
      console.log(JSON.stringify(memory.at(-1)));
    }

    const of = (name: Run['program'], value: (run: Run) => number) =>
      median(runs.filter(({ program: one }) => one === name).map(value));
    const ratio = (name: Run['program'], value: (run: Run) => number) =>
      round(of('aws s3 sync', value) / of(name, value), 2);
    const results = {
      measured: today(),
      machine: machine(),
      node: process.version,
      aws: execFileSync(aws, ['--version']).toString().trim(),
      given: { files, megabytes: round(bytes / 1e6, 0), putMs: 30, apiMs: 40, repetitions },
      figures: {
        uploadRatio: ratio('pressroom upload', ({ seconds }) => seconds),
        syncRatio: ratio('pressroom sync', ({ seconds }) => seconds),
        unchangedRatio: ratio('pressroom sync', ({ unchangedSeconds }) => unchangedSeconds),
        uploadMegabytesPerSecond: of('pressroom upload', ({ megabytesPerSecond }) => megabytesPerSecond),
        awsMegabytesPerSecond: of('aws s3 sync', ({ megabytesPerSecond }) => megabytesPerSecond),
      },
      memory,
      runs,
    };
    writeFileSync(resultFile, `${JSON.stringify(results, null, 2)}\n`);
    console.log(JSON.stringify(results.figures));
  } finally {
    await storage.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeFiles(folder: string, wanted: readonly { readonly files: number; readonly bytes: number }[]) {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(1);
  const total = { files: 0, bytes: 0 };
  for (const { files, bytes } of wanted) {
    for (let index = 0; index < files; index += 1) {
      const content = Buffer.alloc(bytes);
      for (let at = 0; at + 4 <= bytes; at += 997) content.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
      writeFileSync(join(folder, `file-${bytes}-${index}.txt`), content);
      total.files += 1;
      total.bytes += bytes;
    }
  }
  return total;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** Megabytes that the process of an upload had at most. */
async function memoryOf(media: string, folder: string, env: NodeJS.ProcessEnv): Promise<number> {
  const file = join(folder, 'memory.txt');
  const hook = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;
  await execute(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, program, 'upload', media, '--json'],
    { cwd: folder, env, maxBuffer: 2 ** 28 },
  );
  return round(Number(readFileSync(file, 'utf8')) / 1_024, 0);
}
