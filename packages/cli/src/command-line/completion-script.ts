/** What can follow the words of a command line. */
export interface Completion {
  /** Words before, such as `jobs`. Empty for the first word. */
  readonly path: string;
  readonly summary: string;
  /** Commands below it. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly {
    readonly name: string;
    readonly summary: string;
    readonly takesValue: boolean;
  }[];
  /** Words that an argument or option accepts: by the flag, or by an empty text for an argument. */
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** The script of a shell. It needs no call of pressroom, so that completion is instant. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', completions: readonly Completion[]): string {
  if (shell === 'bash') return bashScript(completions);
  if (shell === 'zsh') return zshScript(completions);
  return fishScript(completions);
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Words of a group, `|`-separated for a case of a shell. */
function wordsOf({ commands, words }: Completion): string {
  return [...commands.map(({ name }) => name), ...(words[''] ?? [])].join(' ');
}

function bashScript(completions: readonly Completion[]): string {
  const known = completions.filter(({ path }) => path !== '').map(({ path }) => path);
  const cases = completions.map((completion) => {
    const values = Object.entries(completion.words)
      .filter(([flag]) => flag !== '')
      .map(
        ([flag, words]) =>
          `        ${flag}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$word")); return ;;\n`,
      )
      .join('');
    const flags = completion.flags.map(({ name }) => name).join(' ');
    return `    ${quoted(completion.path)})
${values === '' ? '' : `      case "$previous" in\n${values}      esac\n`}      candidates=${quoted(wordsOf(completion))}
      flags=${quoted(flags)} ;;
`;
  });
  return `# Completion of pressroom for bash. Made by: pressroom completion bash
_pressroom() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' candidates='' flags='' index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${path:+$path }\${COMP_WORDS[index]}" in
${known.map((path) => `      ${quoted(path)}) path=${quoted(path)} ;;`).join('\n')}
    esac
  done
  case "$path" in
${cases.join('')}  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$candidates" -- "$word"))
    [[ -z "$candidates" ]] && COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _pressroom pressroom
`;
}

function zshScript(completions: readonly Completion[]): string {
  const described = (list: readonly { readonly name: string; readonly summary: string }[]) =>
    list.map(({ name, summary }) => quoted(`${name.replaceAll(':', '\\:')}:${summary}`)).join(' ');
  const known = completions.filter(({ path }) => path !== '').map(({ path }) => path);
  const cases = completions.map((completion) => {
    const values = Object.entries(completion.words)
      .filter(([flag]) => flag !== '')
      .map(([flag, words]) => `        ${flag}) compadd -- ${words.join(' ')}; return ;;\n`)
      .join('');
    const candidates = described(completion.commands);
    const words = completion.words[''] ?? [];
    return `    ${quoted(completion.path)})
${values === '' ? '' : `      case "$previous" in\n${values}      esac\n`}      candidates=(${candidates}${words.map((word) => ` ${word}`).join('')})
      flags=(${described(completion.flags)}) ;;
`;
  });
  return `#compdef pressroom
# Completion of pressroom for zsh. Made by: pressroom completion zsh
_pressroom() {
  local found='' previous="\${words[CURRENT-1]}" word
  local -a candidates flags
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case "\${found:+$found }$word" in
${known.map((path) => `      ${quoted(path)}) found=${quoted(path)} ;;`).join('\n')}
    esac
  done
  case "$found" in
${cases.join('')}  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe option flags
  elif (( \${#candidates} )); then
    _describe command candidates
  else
    _files
  fi
}
if [[ "$funcstack[1]" = _pressroom ]]; then _pressroom "$@"; else compdef _pressroom pressroom; fi
`;
}

function fishScript(completions: readonly Completion[]): string {
  const lines = completions.flatMap(({ path, commands, flags, words }) => {
    const condition = `__pressroom_at ${quoted(path)}`;
    return [
      ...commands.map(
        ({ name, summary }) =>
          `complete -c pressroom -f -n ${quoted(condition)} -a ${name} -d ${quoted(summary)}`,
      ),
      ...(words[''] ?? []).map((word) => `complete -c pressroom -f -n ${quoted(condition)} -a ${word}`),
      ...flags.map(({ name, summary, takesValue }) => {
        const values = words[name];
        const value = values ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
        return `complete -c pressroom -n ${quoted(condition)} -l ${name.slice(2)} -d ${quoted(summary)}${value}`;
      }),
    ];
  });
  const known = completions.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completion of pressroom for fish. Made by: pressroom completion fish
function __pressroom_at
  set -l path ''
  for word in (commandline -opc)[2..]
    set -l next (string trim "$path $word")
    if contains -- $next ${known.join(' ')}
      set path $next
    end
  end
  test "$path" = "$argv[1]"
end
${lines.join('\n')}
`;
}
