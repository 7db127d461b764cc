import Alert from '@cloudscape-design/components/alert';
import type { ReactNode } from 'react';
import { appTexts } from '../texts/app.ts';
import { describeError, isForbidden } from './describe-error.ts';

interface ErrorStateProps {
  readonly error: unknown;
  readonly header?: string;
  /** The way out. */
  readonly action?: ReactNode;
}

/** In place of what could not be loaded. */
export function ErrorState({ error, header = appTexts.errors.header, action }: ErrorStateProps) {
  return (
    <Alert type="error" header={header} action={action}>
      {isForbidden(error) ? appTexts.errors.forbidden : describeError(error)}
    </Alert>
  );
}
