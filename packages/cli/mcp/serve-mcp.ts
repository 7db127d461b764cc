import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Context } from '../src/context.ts';
import { explainError } from '../src/errors/explain-error.ts';
import { confirmTokens } from './confirm-tokens.ts';
import { mcpTools, type Tool, type ToolWorld } from './mcp-tools.ts';

declare const PRESSROOM_VERSION: string;

/** Serves the tools on standard input and output, until the input ends or the command is interrupted. */
export async function serveMcp(context: Context, allowChanges: boolean): Promise<void> {
  const server = mcpServer({ context, tokens: allowChanges ? confirmTokens(context.io.now) : undefined });
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}

/** The server without its transport. */
export function mcpServer(world: ToolWorld): McpServer {
  const server = new McpServer(
    { name: 'pressroom', version: typeof PRESSROOM_VERSION === 'undefined' ? '0.0.0' : PRESSROOM_VERSION },
    {
      instructions: `Works with the company ${world.context.session.company} of Pressroom, with the rights of the login. ${
        world.tokens
          ? 'Every change has two steps: a plan, which the person reads, and confirm_change with its token.'
          : 'Nothing can be changed: plans are for reading.'
      }`,
    },
  );
  for (const tool of mcpTools) if (!tool.changes || world.tokens) register(server, tool, world);
  return server;
}

function register(server: McpServer, tool: Tool, world: ToolWorld): void {
  const { name, title, description, input, changes } = tool;
  const annotations = { readOnlyHint: !changes, destructiveHint: changes === true, openWorldHint: false };
  server.registerTool(
    name,
    { title, description, inputSchema: input, annotations },
    async (given: unknown) => {
      try {
        return text(JSON.stringify(await tool.run(world, given as never)));
      } catch (error) {
        const { message, hint } = explainError(error);
        return { ...text(hint === undefined ? message : `${message} ${hint}`), isError: true };
      }
    },
  );
}

const text = (content: string) => ({ content: [{ type: 'text' as const, text: content }] });
