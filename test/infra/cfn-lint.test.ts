import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sharedSynthesis } from './synth.ts';

const program = process.env.PRESSROOM_CFN_LINT || join('.local', 'venv', 'bin', 'cfn-lint');

it('cfn-lint has nothing to say about any template', async () => {
  expect(
    existsSync(program),
    `${program} is missing: npm test installs it; PRESSROOM_CFN_LINT names another`,
  ).toBe(true);
  const { templateFiles } = sharedSynthesis();
  // It ends with another code than 0 for any finding, and prints it.
  const { stdout } = await promisify(execFile)(program, ['--format', 'parseable', ...templateFiles]).catch(
    (error: { stdout?: string; message: string }) => ({ stdout: error.stdout || error.message }),
  );
  expect(stdout).toBe('');
});
