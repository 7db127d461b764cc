import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { describeError } from '../../components/describe-error.ts';
import { settingsTexts as texts } from '../../texts/settings.ts';

interface SaveBarProps {
  /** Whether there is something to save. */
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  /** Why it could not be saved. */
  readonly error: unknown;
  readonly onDiscard: () => void;
}

/** The end of a form with settings: saves what was changed, or discards it. */
export function SaveBar({ isChanged, isSaving, error, onDiscard }: SaveBarProps) {
  return (
    <SpaceBetween size="s">
      {error !== undefined && error !== null && <Alert type="error">{describeError(error)}</Alert>}
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="primary" disabled={!isChanged} loading={isSaving}>
          {texts.save}
        </Button>
        {isChanged && (
          <Button formAction="none" disabled={isSaving} onClick={onDiscard}>
            {texts.discard}
          </Button>
        )}
      </SpaceBetween>
    </SpaceBetween>
  );
}
