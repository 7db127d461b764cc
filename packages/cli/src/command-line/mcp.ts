import { defineCommand, flag } from '../command.ts';

export const mcp = defineCommand({
  path: 'mcp',
  feature: 'command line',
  summary: 'Serve the company to an assistant, by the Model Context Protocol on standard input and output',
  notes: [
    'Programs start this command; see docs/mcp.md. It is read-only, unless --allow-changes is given. Then each change has two steps: a plan, and a confirmation with the token of that plan, which is valid for 5 minutes.',
  ],
  args: {},
  options: { allowChanges: flag('allow changes, each in two steps') },
  examples: [
    { command: 'mcp', does: 'serves a company read-only' },
    {
      command: 'mcp --company luma --allow-changes',
      does: 'also publishes and runs schedules, once confirmed',
    },
  ],
  show: { lines: () => [] },
  // biome-ignore lint/correctness/useYield: standard output is for the protocol, so there is no result
  async *run(context, { allowChanges }) {
    // Only this command needs the protocol and its schemas.
    const { serveMcp } = await import('../../mcp/serve-mcp.ts');
    await serveMcp(context, allowChanges);
    return 0;
  },
});
