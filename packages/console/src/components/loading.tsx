import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { appTexts } from '../texts/app.ts';

/** Where a page will be. Lists show skeletons of their own. */
export function Loading() {
  return (
    <Box padding="xxl" textAlign="center">
      <span role="status" aria-label={appTexts.loading}>
        <Spinner size="large" />
      </span>
    </Box>
  );
}
