import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { appTexts } from '../texts/app.ts';

/** The page when sign-in or configuration failed. */
export function StartFailure({ error }: { error: unknown }) {
  const texts = appTexts.startFailure;
  return (
    <main className="narrow">
      <Box padding="xxl">
        <Alert
          type="error"
          header={texts.header}
          action={<Button onClick={() => location.assign('/')}>{texts.again}</Button>}
        >
          {error instanceof Error ? error.message : String(error)}
        </Alert>
      </Box>
    </main>
  );
}
