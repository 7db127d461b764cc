import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { libraryTexts } from '../../texts/library.ts';
import type { Action, ActionId } from './asset-actions.ts';

interface ContextMenuProps {
  readonly at: { readonly x: number; readonly y: number };
  readonly actions: readonly Action[];
  readonly onChoose: (id: ActionId) => void;
  readonly onClose: () => void;
}

/** The menu of the right mouse button, and of Shift and F10. Arrows move, Escape closes. */
export function ContextMenu({ at, actions, onChoose, onClose }: ContextMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);
  useLayoutEffect(() => {
    const box = menu.current?.getBoundingClientRect();
    if (!box) return;
    setPlace({
      x: Math.max(8, Math.min(at.x, innerWidth - box.width - 8)),
      y: Math.max(8, Math.min(at.y, innerHeight - box.height - 8)),
    });
    menu.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [at]);
  useEffect(() => {
    const before = document.activeElement;
    const close = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) onClose();
    };
    addEventListener('pointerdown', close);
    addEventListener('scroll', onClose, { passive: true });
    return () => {
      removeEventListener('pointerdown', close);
      removeEventListener('scroll', onClose);
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [onClose]);
  return (
    <div
      ref={menu}
      className="context-menu"
      role="menu"
      tabIndex={-1}
      aria-label={libraryTexts.actions.menu}
      style={{ insetInlineStart: place.x, insetBlockStart: place.y }}
      onKeyDown={(event) => {
        const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
        const index = items.indexOf(document.activeElement as HTMLElement);
        const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
        if (to !== undefined) items[(to + items.length) % items.length]?.focus();
        else if (event.key === 'Escape' || event.key === 'Tab') onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {actions.map(({ id, text }) => (
        <button
          key={id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            onClose();
            onChoose(id);
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
