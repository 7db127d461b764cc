import { useRead } from '../../api/use-read.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import type { ImportRun } from '../../metadata-tables/import-run.ts';
import type { RowResult } from '../../metadata-tables/import-table.ts';
import { cellOf } from '../../metadata-tables/metadata-rows.ts';
import { metadataTableTexts as texts } from '../../texts/metadata-table.ts';

/** Columns that name or describe the asset: they change nothing. */
const notValues = ['id', 'folder', 'type', 'delete'];

/** The cells of a row that differ from its asset, with what is there now. */
export function ChangedCells({ run, result }: { run: ImportRun; result: RowResult }) {
  const { table, empty } = run;
  const { data: asset } = useRead('assets', 'readAsset', { params: { id: result.id } });
  if (!asset) return <Skeleton rows={1} />;
  const cells = table.rows[result.row - 2]?.cells ?? [];
  const changes = table.header.flatMap((column, index) => {
    const cell = (cells[index] ?? '').trim();
    if (notValues.includes(column) || (cell === '' && empty === 'keep')) return [];
    const before = cellOf(asset, column).trim();
    return before === cell ? [] : [{ column, before, after: cell }];
  });
  return (
    <ul className="cells">
      {changes.map(({ column, before, after }) => (
        <li key={column}>
          <b>{column}</b>: {before && <del>{before}</del>}{' '}
          {after ? <ins>{after}</ins> : <i>{texts.nothing}</i>}
        </li>
      ))}
    </ul>
  );
}
