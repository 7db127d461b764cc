/** Elements that an SVG may draw, each use of a shared part counted. A map of a country has some 100,000. */
export const maxDrawnElements = 1_000_000;

/** Parts that refer to parts that refer to parts …: no drawing nests them so deeply. */
const maxChain = 200;

/** An element with an id, or the document: what can be drawn more than once. */
interface Part {
  /** Elements inside that do not belong to a part inside. */
  elements: number;
  readonly parts: Part[];
  /** Ids of the parts that are drawn here, once for each reference. */
  readonly references: string[];
  drawn?: number;
}

/**
 * Counts the elements that an SVG draws. `<use>` repeats a part, and a part can repeat others: nine lines of ten uses each
 * make 10⁹ shapes of one, and no browser survives them.
 */
export interface DrawnElements {
  /**
   * @param id of the element, if it has one
   * @param references ids of the parts that the element draws
   */
  readonly open: (id: string | undefined, references: readonly string[]) => void;
  readonly close: () => void;
  /** Elements drawn by the whole document. Infinity if parts refer to each other too deeply. */
  readonly count: () => number;
}

export function countDrawnElements(): DrawnElements {
  const document: Part = { elements: 0, parts: [], references: [] };
  const byId = new Map<string, Part>();
  /** The innermost part of each open element. */
  const open: Part[] = [document];

  function drawnBy(part: Part, chain: number): number {
    if (part.drawn !== undefined) return part.drawn;
    if (chain > maxChain) return Number.POSITIVE_INFINITY;
    // Browsers draw nothing for a part inside itself.
    part.drawn = 0;
    let drawn = part.elements;
    for (const inner of part.parts) drawn += drawnBy(inner, chain + 1);
    for (const id of part.references) {
      const target = byId.get(id);
      if (target) drawn += drawnBy(target, chain + 1);
    }
    part.drawn = drawn;
    return drawn;
  }

  return {
    open(id, references) {
      let part = open.at(-1) ?? document;
      if (id !== undefined && !byId.has(id)) {
        const inner: Part = { elements: 0, parts: [], references: [] };
        byId.set(id, inner);
        part.parts.push(inner);
        part = inner;
      }
      part.elements += 1;
      part.references.push(...references);
      open.push(part);
    },
    close: () => {
      open.pop();
    },
    count: () => drawnBy(document, 0),
  };
}
