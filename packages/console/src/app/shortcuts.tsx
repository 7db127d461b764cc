import Modal from '@cloudscape-design/components/modal';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { appTexts } from '../texts/app.ts';

/** Milliseconds within which the second key of `g l` must follow the first. */
const sequenceMilliseconds = 1_000;

interface Shortcut {
  readonly keys: string;
  readonly description: string;
  readonly run: () => void;
}

interface Registry {
  readonly shortcuts: readonly Shortcut[];
  readonly register: (shortcut: Shortcut) => () => void;
}

const ShortcutContext = createContext<Registry | undefined>(undefined);

export function ShortcutProvider({ children }: { children: ReactNode }) {
  const [shortcuts, setShortcuts] = useState<readonly Shortcut[]>([]);
  const current = useRef(shortcuts);
  current.current = shortcuts;
  const register = useMemo(
    () => (shortcut: Shortcut) => {
      setShortcuts((before) => [...before, shortcut]);
      return () => setShortcuts((before) => before.filter((one) => one !== shortcut));
    },
    [],
  );
  useEffect(() => {
    let first = '';
    let firstAt = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isDialogOpen()) return;
      const keys = event.timeStamp - firstAt < sequenceMilliseconds ? `${first} ${event.key}` : event.key;
      const found =
        current.current.findLast((one) => one.keys === keys) ??
        current.current.findLast((one) => one.keys === event.key);
      first = event.key;
      firstAt = event.timeStamp;
      if (!found) return;
      event.preventDefault();
      firstAt = 0;
      found.run();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  const value = useMemo(() => ({ shortcuts, register }), [shortcuts, register]);
  return <ShortcutContext value={value}>{children}</ShortcutContext>;
}

/**
 * A shortcut of the page that is open. It does nothing while somebody types or a dialog is open.
 * @param keys the `key` of the event, or two with a space: `g l`
 * @param description for the list that `?` shows
 */
export function useShortcut(keys: string, description: string, run: () => void): void {
  const register = useContext(ShortcutContext)?.register;
  const latest = useRef(run);
  latest.current = run;
  useEffect(
    () => register?.({ keys, description, run: () => latest.current() }),
    [register, keys, description],
  );
}

/** The list of all shortcuts that work now. */
export function ShortcutHelp({ onDismiss }: { onDismiss: () => void }) {
  const shortcuts = useContext(ShortcutContext)?.shortcuts ?? [];
  return (
    <Modal visible header={appTexts.shortcuts.header} onDismiss={onDismiss}>
      <dl className="shortcuts">
        {shortcuts.map(({ keys, description }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

/** Cloudscape keeps closed dialogs in the document. */
function isDialogOpen(): boolean {
  return [...document.querySelectorAll('[role=dialog]')].some((dialog) => dialog.checkVisibility());
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName)) &&
    !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))
  );
}
