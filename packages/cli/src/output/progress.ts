import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Output } from '../io.ts';

/** One thing that takes time, as long as it runs. */
export interface RunningTask {
  /** Replaces the text below the title, with a bar if there are numbers. */
  update(text: string, progress?: { readonly done: number; readonly total: number }): void;
  /** @param title replaces the title */
  end(title?: string): Promise<void>;
}

/** Shows what a command is doing, on standard error. */
export interface Progress {
  /** Whether something is being drawn now: lines for people have to wait. */
  readonly isDrawing: boolean;
  start(title: string): RunningTask;
}

/** For everything that is not a terminal. */
export const noProgress: Progress = {
  isDrawing: false,
  start: () => ({ update() {}, async end() {} }),
};

/** Draws also if standard output is a file: progress is drawn on standard error. */
class ErrorStreamRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/** Draws with listr2 on a terminal. */
export function terminalProgress(stderr: Output): Progress {
  let drawing = 0;
  return {
    get isDrawing() {
      return drawing > 0;
    },
    start(title) {
      let finish: (text?: string) => void = () => {};
      let setOutput: (text: string) => void = () => {};
      const ended = new Promise<string | undefined>((resolve) => {
        finish = resolve;
      });
      drawing += 1;
      const stream = stderr as unknown as NodeJS.WriteStream;
      const list = new Listr(
        [
          {
            title,
            async task(_, task) {
              setOutput = (text) => {
                task.output = text;
              };
              const text = await ended;
              if (text !== undefined) task.title = text;
            },
          },
        ],
        {
          // The command handles Ctrl-C itself.
          registerSignalListeners: false,
          renderer: ErrorStreamRenderer,
          rendererOptions: {
            logger: new ListrLogger({
              useIcons: false,
              toStderr: [],
              processOutput: new ProcessOutput(stream, stream),
            }),
          },
        },
      );
      const running = list.run().finally(() => {
        drawing -= 1;
      });
      return {
        update: (text, progress) =>
          setOutput(progress ? `${bar(progress.done, progress.total)} ${text}` : text),
        async end(text) {
          finish(text);
          await running;
        },
      };
    },
  };
}

const barWidth = 24;

function bar(done: number, total: number): string {
  const filled = total === 0 ? 0 : Math.round((Math.min(done, total) / total) * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}
