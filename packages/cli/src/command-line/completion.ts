import { defineCommand, oneOf } from '../command.ts';
import { completionScript } from './completion-script.ts';

export const completion = defineCommand({
  path: 'completion',
  feature: 'command line',
  summary: 'Print the script that completes commands and options in a shell',
  args: { shell: oneOf(['bash', 'zsh', 'fish'], 'Your shell') },
  options: {},
  examples: [
    {
      command: 'completion bash > ~/.local/share/bash-completion/completions/pressroom',
      does: 'installs it for bash',
    },
    { command: 'completion zsh > ~/.zsh/completions/_pressroom', does: 'installs it for zsh' },
    { command: 'completion fish > ~/.config/fish/completions/pressroom.fish', does: 'installs it for fish' },
  ],
  connects: false,
  show: { lines: ({ script }) => script.trimEnd().split('\n') },
  async *run({ completions }, { shell }) {
    yield { shell, script: completionScript(shell, completions()) };
    return 0;
  },
});
