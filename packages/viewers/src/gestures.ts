/** Drag, pinch and double tap of mouse, pen and fingers. All places are in CSS pixels from the element's upper left corner. */

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Gestures {
  readonly start?: (place: Place, event: PointerEvent) => void;
  /** One pointer moved. */
  readonly drag?: (dx: number, dy: number, place: Place) => void;
  /** Two pointers moved: `factor` is how much farther apart they are, `dx` and `dy` how far their middle moved. */
  readonly pinch?: (factor: number, middle: Place, dx: number, dy: number) => void;
  /** The last pointer left. The velocity is in pixels per millisecond, of the last tenth of a second. */
  readonly end?: (velocityX: number, velocityY: number) => void;
  readonly doubleTap?: (place: Place) => void;
}

/** Milliseconds and pixels. */
const tapTime = 350;
const tapDistance = 12;
const velocityTime = 100;

export function followGestures(element: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  const pointers = new Map<number, Place>();
  let trail: { readonly x: number; readonly y: number; readonly at: number }[] = [];
  let tap: (Place & { readonly at: number; readonly hasMoved: boolean }) | undefined;
  let lastTap: (Place & { readonly at: number }) | undefined;

  const placeOf = ({ clientX, clientY }: PointerEvent): Place => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const isNear = (one: Place, other: Place) => Math.hypot(one.x - other.x, one.y - other.y) < tapDistance;

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      const place = placeOf(event);
      pointers.set(event.pointerId, place);
      element.setPointerCapture(event.pointerId);
      trail = [];
      tap = { ...place, at: event.timeStamp, hasMoved: pointers.size > 1 };
      if (pointers.size === 1) gestures.start?.(place, event);
    },
    { signal },
  );

  element.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const place = placeOf(event);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, place);
      if (tap && !isNear(tap, place)) tap = { ...tap, hasMoved: true };
      if (other) {
        const distance = (one: Place) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
        const middle = { x: (place.x + other.x) / 2, y: (place.y + other.y) / 2 };
        const [dx, dy] = [(place.x - before.x) / 2, (place.y - before.y) / 2];
        gestures.pinch?.(distance(place) / distance(before), middle, dx, dy);
      } else {
        trail = [
          ...trail.filter(({ at }) => event.timeStamp - at < velocityTime),
          { ...place, at: event.timeStamp },
        ];
        gestures.drag?.(place.x - before.x, place.y - before.y, place);
      }
    },
    { signal },
  );

  const leave = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
    const recent = trail.filter(({ at }) => event.timeStamp - at < velocityTime);
    const [first] = recent;
    const last = recent.at(-1);
    const time = first && last ? last.at - first.at : 0;
    if (first && last && time > 0) gestures.end?.((last.x - first.x) / time, (last.y - first.y) / time);
    else gestures.end?.(0, 0);
    if (!tap || tap.hasMoved || event.timeStamp - tap.at > tapTime || event.type === 'pointercancel') {
      lastTap = undefined;
      return;
    }
    if (lastTap && isNear(lastTap, tap) && event.timeStamp - lastTap.at < tapTime) {
      lastTap = undefined;
      gestures.doubleTap?.(tap);
    } else lastTap = { x: tap.x, y: tap.y, at: event.timeStamp };
  };
  element.addEventListener('pointerup', leave, { signal });
  element.addEventListener('pointercancel', leave, { signal });
}
