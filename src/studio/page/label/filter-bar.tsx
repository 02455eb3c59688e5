import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { number } from "../../../page/parts/words.js";
import type { ExcludeStatus, LabelStatus } from "../../api/item-contract.js";
import { studio } from "../client/live.js";
import { Icon } from "../shell/icons.js";
import { liveLabels } from "./labels.js";
import { FIRST_FILTER, filter, gridSize, handPicked, left, mode, reason, restart, setGridSize } from "./queue.js";

const STATUSES: Readonly<Record<LabelStatus, string>> = {
  ...{ unlabeled: "Unlabelled", partial: "Partly labelled", labeled: "Labelled", any: "Labelled or not" },
};
const EXCLUDES: Readonly<Record<ExcludeStatus, string>> = {
  ...{ "not excluded": "Not excluded", excluded: "Excluded", validation: "Validation", any: "Excluded or not" },
};

/** Sorts that need no label's name, and what they are called here. */
const SORTS = {
  model: "What the model asks for",
  "power:entropy": "Power entropy",
  "topk:entropy": "Entropy, highest first",
  "topk:margin": "Margin, smallest first",
  "max entropy": "Max entropy of a label",
  badge: "BADGE",
  diversity: "Diversity",
  random: "Random",
} as const;

const SORTS_OF_LABEL = {
  highest: "Highest probability",
  high: "High probability, drawn",
  lowest: "Lowest probability",
  low: "Low probability, drawn",
  maxent: "Highest entropy",
} as const;

const SUBSETS_OF_LABEL = {
  unlabeled: "Open",
  contains: "Contains",
  "doesn't contain": "Does not contain",
  predicted: "Predicted",
} as const;

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  /** Where the choice is another one than at first, it stands out. */
  readonly first: string;
  readonly onChange: (value: string) => void;
  readonly children: ComponentChildren;
}

function Choice({ name, value, first, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <span class={value === first ? "choice" : "choice is-set"}>
      <label for={id}>{name}</label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          onChange(currentTarget.value);
          currentTarget.blur();
        }}
      >
        {children}
      </select>
    </span>
  );
}

/** What is shown, in which order, and how. */
export function FilterBar({ children }: { readonly children?: ComponentChildren }) {
  const { status, excludeStatus, subset, sort } = filter.value;
  const labels = liveLabels.value;
  const subsets = studio.value?.subsets ?? [];
  const picked = handPicked.value;
  return (
    <div class="filter-bar">
      {picked ? (
        <p class="picked">
          <strong>{picked.title}</strong>
          <button type="button" class="tool" onClick={() => restart()}>
            <Icon name="close" size={16} />
            Back to the queue
          </button>
        </p>
      ) : (
        <div class="choices">
          <Choice
            name="Status"
            value={status}
            first={FIRST_FILTER.status}
            onChange={(value) => restart({ status: value as LabelStatus })}
          >
            {Object.entries(STATUSES).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Choice>
          <Choice
            name="Kept"
            value={excludeStatus}
            first={FIRST_FILTER.excludeStatus}
            onChange={(value) => restart({ excludeStatus: value as ExcludeStatus })}
          >
            {Object.entries(EXCLUDES).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Choice>
          <Choice name="Subset" value={subset} first={FIRST_FILTER.subset} onChange={(value) => restart({ subset: value })}>
            <option value="all">All</option>
            <option value="skipped">Skipped by me</option>
            <option value="commented">With a comment</option>
            <option value="conflict">In conflict</option>
            {subsets.length > 0 && (
              <optgroup label="Subset of the data">
                {subsets.map((name) => (
                  <option key={name} value={`subset:${name}`}>
                    {name}
                  </option>
                ))}
              </optgroup>
            )}
            <OfLabels kinds={SUBSETS_OF_LABEL} />
          </Choice>
          <Choice name="Order" value={sort} first={FIRST_FILTER.sort} onChange={(value) => restart({ sort: value })}>
            {Object.entries(SORTS).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
            <OfLabels kinds={SORTS_OF_LABEL} />
          </Choice>
          <p class="order-reason" title={reason.value}>
            {left.value !== undefined && <span class="figure">{number(left.value)} left</span>}
            {labels.length > 0 && reason.value !== "" && <span class="order-words"> · {reason.value}</span>}
          </p>
        </div>
      )}
      <div class="view-tools">
        {children}
        {mode.value === "grid" && <GridSize />}
        <fieldset class="switch">
          <legend class="unseen">View</legend>
          <button
            type="button"
            aria-pressed={mode.value === "focus"}
            title="One by one (G)"
            onClick={() => (mode.value = "focus")}
          >
            <Icon name="card" size={18} />
            <span class="unseen">One by one</span>
          </button>
          <button type="button" aria-pressed={mode.value === "grid"} title="Grid (G)" onClick={() => (mode.value = "grid")}>
            <Icon name="grid" size={18} />
            <span class="unseen">Grid</span>
          </button>
        </fieldset>
      </div>
    </div>
  );
}

function OfLabels({ kinds }: { readonly kinds: Readonly<Record<string, string>> }) {
  return Object.entries(kinds).map(([kind, words]) => (
    <optgroup key={kind} label={words}>
      {liveLabels.value.map(({ id, name }) => (
        <option key={id} value={`${kind}:${name}`}>
          {words}: {name}
        </option>
      ))}
    </optgroup>
  ));
}

function GridSize() {
  const size = gridSize.value;
  return (
    <fieldset class="stepper">
      <legend class="unseen">Size of the grid</legend>
      <button type="button" class="tool" aria-label="Smaller grid" disabled={size <= 2} onClick={() => setGridSize(size - 1)}>
        −
      </button>
      <output class="figure">
        {size} × {size}
      </output>
      <button type="button" class="tool" aria-label="Larger grid" disabled={size >= 6} onClick={() => setGridSize(size + 1)}>
        +
      </button>
    </fieldset>
  );
}
