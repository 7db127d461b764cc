import { stripVTControlCharacters } from 'node:util';
import type { Column } from '../command.ts';
import type { Paint } from './paint.ts';

/** Rows whose widths decide the columns: a longer list is printed while it is read. */
const measuredRows = 200;

/**
 * Prints rows of a table as they come. The first rows decide the widths, so that memory does not grow with the list.
 */
export function tableText<Item>(columns: readonly Column<Item>[], paint: Paint) {
  let waiting: string[][] | undefined = [];
  let widths: readonly number[] = [];
  let rows = 0;

  const lineOf = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const missing = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell)));
        if (columns[index]?.right) return missing + cell;
        return index === cells.length - 1 ? cell : cell + missing;
      })
      .join('  ');

  function release(): string[] {
    const cells = waiting ?? [];
    waiting = undefined;
    if (cells.length === 0) return [];
    widths = columns.map(({ title }, index) =>
      Math.max(title.length, ...cells.map((row) => widthOf(row[index] ?? ''))),
    );
    return [paint('bold', lineOf(columns.map(({ title }) => title))), ...cells.map(lineOf)];
  }

  return {
    /** @returns the lines that can be printed now */
    add(item: Item): string[] {
      rows += 1;
      // A line break inside a cell, as in a description, would break the table.
      const cells = columns.map(({ cell }) => cell(item, paint).replace(/[\r\n\t]+/g, ' '));
      if (!waiting) return [lineOf(cells)];
      waiting.push(cells);
      return waiting.length < measuredRows ? [] : release();
    },
    /** The lines that have been held back. */
    end: (): string[] => (waiting ? release() : []),
    get rows() {
      return rows;
    },
  };
}

const widthOf = (cell: string) => stripVTControlCharacters(cell).length;
