import Button from '@cloudscape-design/components/button';
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { describeError } from '../components/describe-error.ts';
import { appTexts } from '../texts/app.ts';

/** Milliseconds that something can be undone. */
export const undoMilliseconds = 10_000;

/** Milliseconds that a success without undo stays. */
const successMilliseconds = 6_000;

export interface Notification {
  readonly type: 'success' | 'info' | 'warning' | 'error' | 'in-progress';
  readonly header: string;
  readonly content?: ReactNode;
  /** Takes back what was done. The notification has a button for it for 10 seconds. */
  readonly undo?: () => void | Promise<void>;
}

interface Notifications {
  /** Shows a notification. Returns a function that takes it away or puts another in its place. */
  notify(notification: Notification): (replacement?: Notification) => void;
  /** Shows what went wrong with an action: its header says what was not done. */
  notifyError(header: string, error: unknown): void;
}

interface Shown extends Notification {
  readonly id: string;
}

const NotificationContext = createContext<Notifications | undefined>(undefined);
const ShownContext = createContext<{
  readonly shown: readonly Shown[];
  readonly dismiss: (id: string) => void;
}>({ shown: [], dismiss: () => {} });

export function NotificationProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const { notifications, dismiss } = useMemo(() => {
    const remove = (id: string) => setShown((before) => before.filter((one) => one.id !== id));
    const notify: Notifications['notify'] = (notification) => {
      const id = crypto.randomUUID();
      const lasts = notification.undo ? undoMilliseconds : successMilliseconds;
      // Errors and what is in progress stay until somebody or something takes them away.
      if (notification.undo || notification.type === 'success') setTimeout(() => remove(id), lasts);
      setShown((before) => [{ ...notification, id }, ...before]);
      return (replacement) => {
        remove(id);
        if (replacement) notify(replacement);
      };
    };
    return {
      dismiss: remove,
      notifications: {
        notify,
        notifyError: (header: string, error: unknown) => {
          notify({ type: 'error', header, content: describeError(error) });
        },
      },
    };
  }, []);
  const value = useMemo(() => ({ shown, dismiss }), [shown, dismiss]);
  return (
    <NotificationContext value={notifications}>
      <ShownContext value={value}>{children}</ShownContext>
    </NotificationContext>
  );
}

export function useNotifications(): Notifications {
  const notifications = useContext(NotificationContext);
  if (!notifications) throw new Error('There is no NotificationProvider');
  return notifications;
}

/** The bar that shows them, in the layout. */
export function Notifications() {
  const { shown, dismiss } = useContext(ShownContext);
  const items = shown.map(
    ({ id, type, header, content, undo }): FlashbarProps.MessageDefinition => ({
      id,
      type: type === 'in-progress' ? 'info' : type,
      loading: type === 'in-progress',
      header,
      content,
      dismissible: type !== 'in-progress',
      dismissLabel: appTexts.close,
      onDismiss: () => dismiss(id),
      ...(type === 'error' ? { ariaRole: 'alert' } : { ariaRole: 'status' }),
      ...(undo && {
        action: (
          <Button
            onClick={() => {
              dismiss(id);
              void undo();
            }}
          >
            {appTexts.undo}
          </Button>
        ),
      }),
    }),
  );
  return <Flashbar items={items} stackItems={items.length > 3} />;
}
