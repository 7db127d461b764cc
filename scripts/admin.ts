/** `npm run admin -- <command>`: companies and members, for the operator of an installation. */
import { connect } from './admin/connect.ts';
import { adminUsage, parseAdminCommand, runAdmin, UsageError } from './admin/run-admin.ts';
import { commandErrorText } from './deployment/command-error.ts';

const parameters = process.argv.slice(2);
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
