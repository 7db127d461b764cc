import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../components/error-state.tsx';
import { appTexts } from '../texts/app.ts';

/** Shows an error of the page in the page's place; navigation and other pages keep working. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <ErrorState
        header={appTexts.pageFailed}
        error={error}
        action={<Button onClick={() => location.reload()}>{appTexts.reload}</Button>}
      />
    );
  }
}
