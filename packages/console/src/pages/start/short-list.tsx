import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { ReactNode } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatNumber } from '../../texts/app.ts';
import { startTexts } from '../../texts/start.ts';
import './start-page.css';

export interface ShortListRow {
  readonly id: string;
  readonly text: ReactNode;
  readonly detail?: ReactNode;
  readonly more?: ReactNode;
}

interface ShortListProps {
  readonly texts: { readonly header: string; readonly empty: string; readonly emptyDescription: string };
  /** All that there are; `rows` may have fewer. */
  readonly count: number;
  readonly rows: readonly ShortListRow[];
}

/** The first rows of a list, with the number of all. */
export function ShortList({ texts, count, rows }: ShortListProps) {
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" {...(count ? { counter: `(${formatNumber(count)})` } : {})}>
          {texts.header}
        </Header>
      }
    >
      {rows.length === 0 && <EmptyState title={texts.empty} description={texts.emptyDescription} />}
      {rows.length > 0 && (
        <ul className="short-list">
          {rows.map(({ id, text, detail, more }) => (
            <li key={id}>
              <span className="short-list-text">{text}</span>
              <span>{detail}</span>
              {more && <Box color="text-body-secondary">{more}</Box>}
            </li>
          ))}
        </ul>
      )}
      {count > rows.length && rows.length > 0 && (
        <Box color="text-body-secondary">{startTexts.attention.more(count - rows.length)}</Box>
      )}
    </Container>
  );
}
