import { Listr, type ListrGetRendererClassFromValue, type ListrTaskWrapper } from 'listr2';
import type { Report, Step } from './demo/step.ts';

export interface Timing {
  readonly step: string;
  readonly milliseconds: number;
}

type Task = ListrTaskWrapper<
  unknown,
  ListrGetRendererClassFromValue<'default'>,
  ListrGetRendererClassFromValue<'simple'>
>;

/**
 * Runs the steps one after the other, and shows each with its last report or its bar.
 * @param onTimed called with the duration of each step that succeeded
 * @throws Error of the first step that fails
 */
export async function runSteps(steps: readonly Step[], onTimed: (timing: Timing) => void): Promise<void> {
  await new Listr(
    steps.map((step) => ({
      title: step.title,
      rendererOptions: { persistentOutput: true },
      async task(_: unknown, task: Task) {
        const start = performance.now();
        let lastText = '';
        let shownQuarter = -1;
        const report: Report = (text, progress) => {
          lastText = progress ? '' : text;
          if (!progress) return;
          // A terminal shows each move of the bar in place; a log file gets one line for each quarter.
          const quarter = Math.floor((progress.done * 4) / Math.max(1, progress.total));
          if (!process.stdout.isTTY && quarter <= shownQuarter) return;
          shownQuarter = quarter;
          task.output = `${bar(progress.done, progress.total)} ${progress.done}/${progress.total} ${text}`;
        };
        await step.work(report);
        const milliseconds = performance.now() - start;
        onTimed({ step: step.title, milliseconds: Math.round(milliseconds) });
        task.title = `${step.title} (${(milliseconds / 1000).toFixed(1)} s)`;
        if (lastText) task.output = lastText;
      },
    })),
    {
      concurrent: false,
      exitOnError: true,
      // start.ts handles Ctrl-C: Listr would end the process before the cloud is stopped.
      registerSignalListeners: false,
      fallbackRenderer: 'simple',
      rendererOptions: { collapseErrors: true },
    },
  ).run();
}

function bar(done: number, total: number): string {
  const width = 24;
  const filled = total === 0 ? 0 : Math.round((Math.min(done, total) / total) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
