import { useEffect, useRef } from "preact/hooks";
import type { ItemView } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { Icon } from "../shell/icons.js";
import { ItemBadges } from "./item-body.js";
import { LabelChip } from "./label-chip.js";
import { labelsById } from "./labels.js";
import { anchor, cursor, selection, suggestedOf, turnPage } from "./marks.js";
import { Picture } from "./picture.js";
import { gridSize, shown } from "./queue.js";

/** Moves the grid's cursor; `isRange` selects from where the range began. At the edges pages are turned. */
export function moveCursor(by: { readonly columns?: number; readonly rows?: number }, { isRange = false } = {}): void {
  const count = shown.peek().length;
  const to = cursor.peek() + (by.columns ?? 0) + (by.rows ?? 0) * gridSize.peek();
  if (isRange) {
    if (to < 0 || to >= count) return;
    cursor.value = to;
    selectRange(anchor.peek(), to);
    return;
  }
  if (to >= 0 && to < count) {
    cursor.value = to;
    anchor.value = to;
  } else if (by.columns !== undefined) {
    turnPage(to < 0 ? -1 : 1);
    if (to < 0) cursor.value = Math.max(0, shown.peek().length - 1);
    anchor.value = cursor.peek();
  }
}

function selectRange(from: number, to: number): void {
  const ids = shown.peek().map(({ view }) => view.id);
  selection.value = new Set(ids.slice(Math.min(from, to), Math.max(from, to) + 1));
}

/** Selects the item that has the cursor, or takes it out. */
export function toggleAtCursor(): void {
  const entry = shown.peek()[cursor.peek()];
  if (!entry) return;
  const chosen = new Set(selection.peek());
  if (!chosen.delete(entry.view.id)) chosen.add(entry.view.id);
  selection.value = chosen;
  anchor.value = cursor.peek();
}

export function selectAll(): void {
  selection.value = new Set(shown.peek().map(({ view }) => view.id));
}

/** Many items at once. */
export function Grid() {
  const size = gridSize.value;
  const items = shown.value;
  const isImage = studio.value?.project.kind === "image";
  const press = (index: number, { shiftKey, ctrlKey, metaKey }: MouseEvent) => {
    if (shiftKey) {
      cursor.value = index;
      selectRange(anchor.peek(), index);
      return;
    }
    const isSame = cursor.peek() === index;
    cursor.value = index;
    anchor.value = index;
    if (ctrlKey || metaKey || isSame || selection.peek().size > 0) toggleAtCursor();
  };
  return (
    <ul class={`item-grid is-${isImage ? "images" : "texts"}`} style={{ "--size": size }} aria-label="Items">
      {items.map(({ view }, index) => (
        <Cell
          key={view.id}
          view={view}
          isImage={isImage}
          isSelected={selection.value.has(view.id)}
          hasCursor={cursor.value === index}
          onPress={(event) => press(index, event)}
        />
      ))}
    </ul>
  );
}

interface CellProps {
  readonly view: ItemView;
  readonly isImage: boolean;
  readonly isSelected: boolean;
  readonly hasCursor: boolean;
  readonly onPress: (event: MouseEvent) => void;
}

function Cell({ view, isImage, isSelected, hasCursor, onPress }: CellProps) {
  const cell = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (hasCursor) cell.current?.scrollIntoView({ block: "nearest" });
  }, [hasCursor]);
  const kinds = [isSelected && "is-selected", hasCursor && "has-cursor", view.flags.exclude && "is-excluded"];
  return (
    <li ref={cell} class={["cell", ...kinds.filter(Boolean)].join(" ")}>
      <button type="button" class="cell-press" aria-pressed={isSelected} tabIndex={hasCursor ? 0 : -1} onClick={onPress}>
        <span class="unseen">
          Item {view.id}
          {hasCursor && ", with the frame"}
        </span>
        {isImage ? <Picture view={view} width={480} /> : <span class="cell-text">{view.content}</span>}
        {isSelected && (
          <span class="cell-mark">
            <Icon name="check" size={14} />
          </span>
        )}
      </button>
      <div class="cell-foot">
        <CellLabels view={view} />
        <ItemBadges view={view} />
      </div>
    </li>
  );
}

function CellLabels({ view }: { readonly view: ItemView }) {
  const known = Object.entries(view.mine).flatMap(([id, value]) => {
    const label = labelsById.value.get(Number(id));
    return label ? [{ label, value }] : [];
  });
  const given = known.filter(({ value }) => value === 1);
  const no = known.length - given.length;
  if (given.length > 0) return given.map(({ label }) => <LabelChip key={label.id} label={label} />);
  if (no > 0) return <span class="quiet">{no === 1 ? "1 no" : `${no} no`}</span>;
  return suggestedOf(view)
    .slice(0, 2)
    .map((id) => {
      const label = labelsById.value.get(id);
      const probability = view.suggestions.find((one) => one.label === id)?.probability;
      return label && <LabelChip key={id} label={label} probability={probability ?? 0} />;
    });
}
