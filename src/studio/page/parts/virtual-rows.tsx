// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which those of a table are not.
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys of its rows.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface VirtualRowsProps {
  readonly label: string;
  readonly count: number;
  /** In pixels, of each row. */
  readonly rowHeight: number;
  readonly head: ComponentChildren;
  /** The cells of a row. */
  readonly row: (index: number) => ComponentChildren;
  readonly rowClass?: (index: number) => string;
  readonly isSelected: (index: number) => boolean;
  /** The row that the keyboard is in. */
  readonly active: number;
  readonly onActive: (index: number, event: MouseEvent | KeyboardEvent) => void;
  /** Keys that are not for moving. */
  readonly onKey?: (event: KeyboardEvent, index: number) => void;
  /** The rows that are seen now. */
  readonly onRange: (from: number, to: number) => void;
}

/** No more rows are in the document, however high the window is. */
const MOST_ROWS = 60;
const SPARE = 6;
/** Browsers place nothing correctly below some 16 million pixels; longer tables move by more than a row for each row's height scrolled. */
const MOST_PIXELS = 12_000_000;

/** A table of which only the rows that are seen are in the document. */
export function VirtualRows(props: VirtualRowsProps) {
  const { label, count, rowHeight, head, row, rowClass, isSelected, active, onActive, onKey, onRange } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const hasFocus = useRef(false);

  const full = count * rowHeight;
  const shown = Math.min(full, MOST_PIXELS);
  // Rows for each pixel that is scrolled; exact where the table is short enough.
  const stretch = full > shown ? (full - height) / Math.max(1, shown - height) : 1;
  const first = Math.max(0, Math.floor((top * stretch) / rowHeight) - SPARE);
  const last = Math.min(count, first + Math.min(MOST_ROWS, Math.ceil(height / rowHeight) + 2 * SPARE));
  const offset = top * stretch - top;

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => onRange(first, last), [first, last, onRange]);
  useLayoutEffect(() => {
    if (hasFocus.current) frame.current?.querySelector<HTMLElement>(`[data-row="${active}"]`)?.focus({ preventScroll: true });
  }, [active, first]);

  const headHeight = rowHeight;
  const see = (index: number) => {
    const element = frame.current;
    if (!element) return;
    const [from, to] = [(index * rowHeight) / stretch, ((index + 1) * rowHeight) / stretch];
    const room = element.clientHeight - headHeight;
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + room) element.scrollTop = to - room;
  };
  const pressed = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((height - headHeight) / rowHeight) - 1);
    const to = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to === undefined || event.altKey) return onKey?.(event, active);
    event.preventDefault();
    event.stopPropagation();
    const next = Math.max(0, Math.min(count - 1, to));
    see(next);
    onActive(next, event);
  };

  return (
    <div
      ref={frame}
      class="virtual"
      style={{ maxHeight: `${(MOST_ROWS - 2 * SPARE) * rowHeight}px` }}
      role="grid"
      tabIndex={-1}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-multiselectable="true"
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onFocusIn={() => {
        hasFocus.current = true;
      }}
      onFocusOut={() => {
        hasFocus.current = false;
      }}
      onKeyDown={pressed}
    >
      <div class="virtual-head" role="row" tabIndex={-1} aria-rowindex={1}>
        {head}
      </div>
      <div class="virtual-body" role="rowgroup" style={{ height: `${shown}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, i) => {
          const index = first + i;
          return (
            <div
              key={index}
              role="row"
              class={`virtual-row ${rowClass?.(index) ?? ""}`}
              data-row={index}
              aria-rowindex={index + 2}
              aria-selected={isSelected(index)}
              tabIndex={index === active || (i === 0 && (active < first || active >= last)) ? 0 : -1}
              style={{ transform: `translateY(${index * rowHeight - offset}px)`, height: `${rowHeight}px` }}
              onClick={(event) => onActive(index, event)}
            >
              {row(index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
