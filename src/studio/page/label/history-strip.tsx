import { studio } from "../client/live.js";
import { items as itemWords } from "../client/write-batch.js";
import { Icon } from "../shell/icons.js";
import { colourOf, givenLabels } from "./labels.js";
import { canRedo, goToRecent, type Recent, recent, redo, undo } from "./marks.js";

const SHOWN = 24;

/** What was done last, the newest first: a click goes back to it. */
export function HistoryStrip() {
  return (
    <section class="history" aria-label="Last answers">
      <div class="history-tools">
        <button type="button" class="tool" aria-label="Undo" title="Undo (⌫)" onClick={undo}>
          <Icon name="undo" />
        </button>
        <button type="button" class="tool" aria-label="Redo" title="Redo (Ctrl ⇧ Z)" disabled={!canRedo.value} onClick={redo}>
          <Icon name="redo" />
        </button>
      </div>
      {recent.value.length === 0 ? (
        <p class="quiet">Your last answers stand here.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        <ol tabIndex={0} aria-label="Last answers, the newest first">
          {recent.value.slice(0, SHOWN).map((one) => (
            <li key={one.batchId}>
              <Step step={one} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Step({ step }: { readonly step: Recent }) {
  const [first] = step.items;
  if (!first) return null;
  const labels = givenLabels(first);
  const count = Math.max(step.items.length, step.count ?? 0);
  const [label] = labels;
  const isImage = studio.value?.project.kind === "image";
  const said =
    label !== undefined
      ? labels.length > 1
        ? `${label.name} +${labels.length - 1}`
        : label.name
      : first.flags.exclude
        ? "excluded"
        : first.flags.skip
          ? "skipped"
          : Object.keys(first.mine).length > 0
            ? "none"
            : "open";
  return (
    <button type="button" class="history-step" onClick={() => goToRecent(step)} title={first.content}>
      <span class="history-label">
        <span
          class="label-dot"
          style={label ? { "--hue": colourOf(label) } : { "--hue": "var(--line-strong)" }}
          aria-hidden="true"
        />
        {said}
      </span>
      <span class="history-words">{count > 1 ? itemWords(count) : isImage ? `#${first.id}` : first.content}</span>
    </button>
  );
}
