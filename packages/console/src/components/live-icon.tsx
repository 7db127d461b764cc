import { appTexts } from '../texts/app.ts';

/** A white check in a green round for published, a slash in a grey round for unpublished, as the specification has them. */
export function LiveIcon({ published }: { published: boolean }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className="live-icon">
      <circle cx="8" cy="8" r="8" className={published ? 'live' : 'not-live'} />
      <path d={published ? 'M4.5 8.2l2.4 2.4 4.6-4.8' : 'M4.4 11.6l7.2-7.2'} className="stroke" />
    </svg>
  );
}

/** The icon with its text. */
export function LiveState({ published }: { published: boolean }) {
  return (
    <span className="live-state">
      <LiveIcon published={published} />
      {published ? appTexts.live.published : appTexts.live.unpublished}
    </span>
  );
}

interface LiveButtonProps {
  readonly id: string;
  readonly published: boolean;
  readonly onToggle: () => void;
  /** Within a list where one item takes the focus. */
  readonly tabIndex?: number;
}

/** The icon, which publishes and unpublishes. For viewers use `LiveState`: they may not. */
export function LiveButton({ id, published, onToggle, tabIndex }: LiveButtonProps) {
  const text = published ? appTexts.live.unpublish(id) : appTexts.live.publish(id);
  return (
    <button
      type="button"
      className="live-button"
      aria-label={text}
      title={text}
      tabIndex={tabIndex}
      onDoubleClick={(event) => event.stopPropagation()}
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
    >
      <LiveIcon published={published} />
    </button>
  );
}
