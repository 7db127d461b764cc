import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  /** What there is not. */
  readonly title: string;
  /** What would be here, and how it comes. */
  readonly description?: ReactNode;
  /** The button that makes the first one, or removes the filter. */
  readonly action?: ReactNode;
}

/** In place of a list without items. */
export function EmptyState({ title, description, action }: EmptyStateProps) {
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: 'm' }}>
      <SpaceBetween size="xs">
        <b>{title}</b>
        {description && <Box color="text-body-secondary">{description}</Box>}
        {action}
      </SpaceBetween>
    </Box>
  );
}
