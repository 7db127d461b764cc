import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import type { ReactNode } from 'react';
import { formatNumber } from '../texts/app.ts';

interface PageProps {
  readonly title: string;
  /** How many things the page shows. */
  readonly counter?: number | undefined;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The head of a page, and what is below it. */
export function Page({ title, counter, description, actions, children }: PageProps) {
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={description}
          actions={actions}
          {...(counter !== undefined && { counter: `(${formatNumber(counter)})` })}
        >
          {title}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  );
}
