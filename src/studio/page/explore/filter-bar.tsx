import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ExcludeStatus, type LabelStatus, MOST_AT_ONCE } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { items as itemWords } from "../client/write-batch.js";
import { liveLabels } from "../label/labels.js";
import type { TableFilter } from "./use-items.js";

interface FilterBarProps {
  readonly filter: TableFilter;
  readonly onChange: (filter: TableFilter) => void;
  readonly view: "map" | "table";
  readonly onView: (view: "map" | "table") => void;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly total: number | undefined;
  /** On the map: points that stand out. */
  readonly found: number | undefined;
  readonly onSelectAll: () => void;
  readonly isSelecting: boolean;
}

const STATUSES: Readonly<Record<LabelStatus, string>> = {
  any: "Labelled or not",
  unlabeled: "Not labelled",
  partial: "Partly labelled",
  labeled: "Labelled",
};
const EXCLUDES: Readonly<Record<ExcludeStatus, string>> = {
  any: "Excluded or not",
  "not excluded": "Not excluded",
  excluded: "Excluded",
  validation: "Validation",
};
const SORTS: Readonly<Record<string, string>> = {
  oldest: "The oldest first",
  newest: "The newest first",
  content: "By content",
  model: "What the model wants to know",
  "max entropy": "Most uncertain",
  random: "Shuffled",
};
/** While one types nothing is asked for. */
const TYPING_MS = 180;

/** Search, filters, the order of the table, and how much is left. */
export function FilterBar({ filter, onChange, view, onView, search, total, found, onSelectAll, isSelecting }: FilterBarProps) {
  const [typed, setTyped] = useState(filter.q);
  useEffect(() => setTyped(filter.q), [filter.q]);
  useEffect(() => {
    if (typed === filter.q) return;
    const timer = setTimeout(() => onChange({ ...filter, q: typed }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const state = studio.value;
  const labels = liveLabels.value;
  const subsets = [
    { value: "all", name: "All items" },
    { value: "conflict", name: "Conflicts" },
    { value: "commented", name: "Commented" },
    { value: "skipped", name: "Skipped by me" },
    ...labels.map(({ name }) => ({ value: `contains:${name}`, name: `Labelled “${name}”` })),
    ...labels.map(({ name }) => ({ value: `predicted:${name}`, name: `Predicted “${name}”` })),
    ...(state?.subsets ?? []).map((name) => ({ value: `subset:${name}`, name: `Subset ${name}` })),
  ];
  const sorts = [
    ...Object.entries(SORTS).map(([value, name]) => ({ value, name })),
    ...labels.map(({ name }) => ({ value: `highest:${name}`, name: `Most probably “${name}”` })),
  ];
  const isTable = view === "table";
  return (
    <div class="explore-bar">
      <fieldset class="switch large" aria-label="How items are shown">
        <button type="button" aria-pressed={!isTable} onClick={() => onView("map")}>
          Map
        </button>
        <button type="button" aria-pressed={isTable} onClick={() => onView("table")}>
          Table
        </button>
      </fieldset>
      <div class="search-box">
        <input
          ref={search}
          class="input"
          type="search"
          aria-label="Search the items"
          placeholder="Search"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
        <kbd>/</kbd>
      </div>
      <Select
        name="Label status"
        value={filter.status}
        options={STATUSES}
        onChange={(status) => onChange({ ...filter, status: status as LabelStatus })}
      />
      <Select
        name="Exclude status"
        value={filter.excludeStatus}
        options={EXCLUDES}
        onChange={(value) => onChange({ ...filter, excludeStatus: value as ExcludeStatus })}
      />
      <select
        aria-label="Subset"
        value={filter.subset}
        onChange={({ currentTarget }) => onChange({ ...filter, subset: currentTarget.value })}
      >
        {subsets.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      {isTable && (
        <select
          aria-label="Order"
          value={filter.sort}
          onChange={({ currentTarget }) => onChange({ ...filter, sort: currentTarget.value })}
        >
          {sorts.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
      <p class="quiet explore-count" aria-live="polite">
        {!isTable && found !== undefined ? `${itemWords(found)} stand out` : total === undefined ? "…" : itemWords(total)}
      </p>
      {total !== undefined && total > 0 && (
        <button type="button" class="action" aria-disabled={isSelecting} onClick={onSelectAll}>
          {total > MOST_AT_ONCE ? `Select the first ${MOST_AT_ONCE.toLocaleString("en")}` : "Select all"}
        </button>
      )}
    </div>
  );
}

interface SelectProps {
  readonly name: string;
  readonly value: string;
  readonly options: Readonly<Record<string, string>>;
  readonly onChange: (value: string) => void;
}

function Select({ name, value, options, onChange }: SelectProps) {
  return (
    <select aria-label={name} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      {Object.entries(options).map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </select>
  );
}
