/**
 * `npm run admin -- <command>`: what the operator of an installation does with AWS credentials. Members of a company are
 * managed by the command line: `members` calls it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { connect } from './admin/connect.ts';
import { adminUsage, parseAdminCommand, runAdmin, UsageError } from './admin/run-admin.ts';
import { commandErrorText } from './deployment/command-error.ts';

const parameters = process.argv.slice(2);
if (parameters[0] === 'members') {
  const program = join(import.meta.dirname, '..', 'packages', 'cli', 'bin', 'pressroom.mjs');
  const { status } = spawnSync(process.execPath, [program, ...parameters], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
if (parameters.includes('--help') || parameters.includes('-h')) {
  console.log(adminUsage);
  process.exit(0);
}
try {
  const command = parseAdminCommand(parameters);
  for (const line of await runAdmin(command, await connect(command.options))) console.log(line);
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${adminUsage}`);
    process.exit(2);
  }
  console.error(commandErrorText(error));
  process.exit(1);
}
