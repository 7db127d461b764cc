import { readDocument } from './documents.ts';

/** A fenced block of a page. */
export interface CodeBlock {
  readonly file: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  /** As in `sh`; '' if the fence has none. */
  readonly language: string;
  /** `run`: a test runs it. `start`: the test has done what it says. */
  readonly mark: 'run' | 'start' | undefined;
  /** Without the indentation of a list. */
  readonly text: string;
}

/** All fenced blocks of a page, also those in lists. */
export function codeBlocksOf(file: string, page = readDocument(file)): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = page.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const [, indent = '', language = '', mark = ''] =
      /^( *)```(\w*)(?: (\w+))?$/.exec(lines[index] ?? '') ?? [];
    if (!/^ *```/.test(lines[index] ?? '')) continue;
    const end = lines.indexOf(`${indent}\`\`\``, index + 1);
    if (end < 0) throw new Error(`${file}:${index + 1} begins a block that does not end`);
    blocks.push({
      file,
      line: index + 1,
      language,
      mark: mark === 'run' || mark === 'start' ? mark : undefined,
      text: lines
        .slice(index + 1, end)
        .map((line) => line.slice(indent.length))
        .join('\n'),
    });
    index = end;
  }
  return blocks;
}
