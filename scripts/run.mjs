// The one door of the project: `npm start`, `npm test` and the others of package.json come through here.
// Installs what is missing, then runs the command on the Node that the project pins. Runs on Node 20 without
// any dependency, since on a fresh clone there is none yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const local = join(root, '.local');
const venv = join(local, 'venv');
const bin = join(root, 'node_modules', '.bin');

/** What each command runs, and which Python packages and programs of the system it needs besides. */
const commands = {
  start: { run: [join('local', 'start.ts')], python: ['packages/local-aws/requirements.txt'] },
  test: {
    run: [join('scripts', 'test.ts')],
    python: ['packages/local-aws/requirements.txt', 'test/requirements.txt'],
    system: ['chromium', 'njs'],
  },
  bench: { run: [join('bench', 'run.ts')], python: ['packages/local-aws/requirements.txt'] },
  admin: { run: [join('scripts', 'admin.ts')], python: [] },
  token: { run: [join('local', 'token.ts')], python: [] },
  smoke: { run: [join('smoke', 'run.ts')], python: [] },
  screenshots: {
    run: [join('scripts', 'screenshots.ts')],
    python: ['packages/local-aws/requirements.txt'],
    system: ['chromium'],
  },
  picture: {
    run: [join('scripts', 'record-console.ts')],
    python: ['packages/local-aws/requirements.txt'],
    system: ['chromium'],
  },
  mutations: { run: [join('scripts', 'mutations.ts')], python: [] },
  baseline: { run: [join('scripts', 'write-baseline.ts')], python: [] },
  release: { run: [join('scripts', 'release.ts')], python: [] },
  deploy: { run: [join('scripts', 'deploy.ts')], python: [] },
  preflight: { run: [join('scripts', 'preflight.ts')], python: [] },
  destroy: { run: [join('scripts', 'destroy.ts')], python: [] },
};

const [name, ...options] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`Say one of: ${Object.keys(commands).join(', ')}.`);
if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node 20 or newer is needed; this is ${process.version}.`);

const started = Date.now();
const installs = await Promise.all([
  installNodePackages(),
  // One after the other: both may need apt-get, which takes one caller at a time.
  installSystemPackages(command.system ?? []).then(
    async (installed) => (await installPythonPackages(command.python)) || installed,
  ),
]);
if (installs.includes(true)) say(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);

const child = spawn(
  join(bin, 'node'),
  ['--disable-warning=ExperimentalWarning', ...command.run, ...options],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  },
);
// The child stops what it started and then ends by itself: this process only waits for it. A Ctrl-C in a terminal
// reaches both anyway; a signal sent to this process alone is handed on.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

/**
 * Where node_modules is missing or older than the lock file. Not `npm ci`: that refuses a lock file that lacks the
 * optional packages of other platforms, which some registries do not serve.
 */
async function installNodePackages() {
  const stamp = join(root, 'node_modules', '.installed-lock');
  const wanted = digest(['package-lock.json']);
  if (readStamp(stamp) === wanted && existsSync(join(bin, 'node'))) return false;
  say('Installing the npm packages …');
  await run(
    'npm',
    ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error'],
    'The npm packages could not be installed.',
  );
  writeFileSync(stamp, wanted);
  return true;
}

/**
 * Programs that only Debian packages bring, by the package's name. Without the right to install them the tests that need
 * them fail, and say so.
 */
async function installSystemPackages(packages) {
  const missing = packages.filter((name) => !existsSync(`/usr/bin/${name}`));
  if (missing.length === 0) return false;
  if (!mayInstall()) {
    say(`Not installed: ${missing.join(', ')}. On Debian or Ubuntu: apt-get install ${missing.join(' ')}`);
    return false;
  }
  say(`Installing ${missing.join(' and ')} …`);
  for (const parameters of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...missing],
  ]) {
    const code = await new Promise((resolve) => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      spawn('apt-get', parameters, { stdio: 'ignore', env }).on('error', resolve).on('exit', resolve);
    });
    if (code !== 0) say(`apt-get ${parameters.join(' ')} failed (${code}).`);
  }
  return true;
}

function mayInstall() {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A virtual environment below .local/ that holds what the requirement files pin. */
async function installPythonPackages(files) {
  if (files.length === 0) return false;
  const stamp = join(venv, '.installed');
  const have = readStamp(stamp).split('\n');
  const missing = files.filter((file) => !have.includes(digest([file])));
  if (missing.length === 0) return false;
  say('Installing the Python packages …');
  const python = findPython();
  mkdirSync(local, { recursive: true });
  if (!existsSync(join(venv, 'bin', 'pip'))) await makeVenv(python);
  await run(
    join(venv, 'bin', 'pip'),
    ['install', '--quiet', '--disable-pip-version-check', ...files.flatMap((file) => ['-r', file])],
    'The Python packages could not be installed.',
  );
  writeFileSync(stamp, [...new Set([...have, ...files.map((file) => digest([file]))])].join('\n'));
  return true;
}

/** Debian ships Python without ensurepip: there a package must come first. */
async function makeVenv(python) {
  rmSync(venv, { recursive: true, force: true });
  if (spawnSync(python, ['-m', 'venv', venv], { stdio: 'ignore' }).status === 0) return;
  rmSync(venv, { recursive: true, force: true });
  if (mayInstall()) {
    await run('apt-get', ['update', '-qq'], 'apt-get update failed.');
    await run('apt-get', ['install', '-y', '-qq', 'python3-venv'], 'python3-venv could not be installed.');
  }
  await run(
    python,
    ['-m', 'venv', venv],
    'Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv',
  );
}

function findPython() {
  for (const candidate of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    const test = 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else 1)';
    if (spawnSync(candidate, ['-c', test], { stdio: 'ignore' }).status === 0) return candidate;
  }
  return fail('Python 3.10 or newer is needed (as python3) for the local cloud.');
}

/** Runs a program to its end; its output is shown only where it fails. */
function run(program, parameters, complaint) {
  return new Promise((resolve) => {
    const process_ = spawn(program, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [process_.stdout, process_.stderr]) stream.on('data', (text) => (output += text));
    process_.on('error', (error) => fail(`${complaint}\n${error.message}`));
    process_.on('exit', (code) => (code === 0 ? resolve() : fail(`${complaint}\n${output.trim()}`)));
  });
}

function digest(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function say(text) {
  console.log(text);
}

function fail(text) {
  console.error(text);
  process.exit(1);
}
