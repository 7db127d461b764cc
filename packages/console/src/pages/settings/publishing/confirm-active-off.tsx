import { ConfirmDelete } from '../../../components/confirm-delete.tsx';
import { settingsTexts } from '../../../texts/settings.ts';

const texts = settingsTexts.publishing.activeOff;

interface ConfirmActiveOffProps {
  /** Each asset that is live, in the words of the API. */
  readonly live: readonly string[];
  readonly onConfirm: () => Promise<unknown>;
  readonly onDismiss: () => void;
}

/** Names what would be withdrawn, before JavaScript and HTML are no longer accepted. */
export function ConfirmActiveOff({ live, onConfirm, onDismiss }: ConfirmActiveOffProps) {
  return (
    <ConfirmDelete
      visible
      header={texts.header}
      confirm={texts.confirm}
      onConfirm={onConfirm}
      onDismiss={onDismiss}
    >
      {texts.description}
      <ul className="settings-list">
        {live.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </ConfirmDelete>
  );
}
