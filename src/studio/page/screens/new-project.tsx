import { useEffect, useState } from "preact/hooks";
import { Card } from "../../../page/parts/parts.js";
import { count, number } from "../../../page/parts/words.js";
import type { NewProject, NewProjectPreview } from "../../api/contract.js";
import type { LabelTask } from "../../store/records.js";
import { api } from "../client/api.js";
import { ItemText, pictureUrl } from "../label/item-body.js";
import { ask } from "../parts/ask.js";
import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";
import { useOnce } from "../parts/use-once.js";
import { Icon } from "../shell/icons.js";

/** Begins a project: what was found in the data, and what is to be said before the first label. */
export function NewProjectScreen() {
  const [preview, setPreview] = useState<NewProjectPreview>();
  const [failure, setFailure] = useState<string>();
  const read = () => {
    setFailure(undefined);
    api<NewProjectPreview>("new").then(setPreview, (error: Error) => setFailure(error.message));
  };
  useEffect(read, []);
  if (failure !== undefined)
    return (
      <EmptyState icon="warning" title="The data cannot be read">
        <p>{failure}</p>
        <button type="button" class="action primary" onClick={read}>
          Try again
        </button>
      </EmptyState>
    );
  if (!preview)
    return (
      <div class="screen" aria-hidden="true">
        <div class="skeleton is-title" />
        <div class="skeleton is-block" />
      </div>
    );
  return <Begin preview={preview} />;
}

function Begin({ preview }: { readonly preview: NewProjectPreview }) {
  const { kind, items, answered, problems } = preview;
  const [task, setTask] = useState<LabelTask>(preview.task ?? "single");
  const [labels, setLabels] = useState<readonly string[]>(preview.labels.map(({ name }) => name));
  const [encoder, setEncoder] = useState(preview.encoder);
  const [validation, setValidation] = useState(10);
  const [guideline, setGuideline] = useState("");
  const missing = labels.length < 2 && task === "single" ? "at least two labels" : labels.length === 0 ? "a label" : undefined;
  const [isBeginning, begin] = useOnce(() => {
    const body: NewProject = { task, labels, encoder: encoder.trim(), validationShare: validation / 100, guideline };
    return ask("project", { body });
  });
  const found = `${count(items, kind === "text" ? "text" : "image")}${answered > 0 ? `, ${number(answered)} of them labelled` : ""}`;
  return (
    <form
      class="screen new-project"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing === undefined) begin();
      }}
    >
      <ScreenHead title="New project" words={`${found}.`} />
      <div class="new-grid">
        <div class="new-column">
          <Card title="Labels" aside={<span class="quiet">{count(labels.length, "label")}</span>}>
            <LabelEditor labels={labels} counts={preview.labels} onChange={setLabels} />
            <fieldset class="tasks">
              <legend class="unseen">Labels per item</legend>
              {(["single", "multi"] as const).map((value) => (
                <label key={value} class="task">
                  <input type="radio" name="task" checked={task === value} onChange={() => setTask(value)} />
                  <span>
                    <span class="field-name">{value === "single" ? "One label per item" : "Several labels per item"}</span>
                    <span class="field-hint">
                      {value === "single" ? "A key answers and goes on." : "Each is yes, no or open; open teaches nothing."}
                    </span>
                  </span>
                </label>
              ))}
            </fieldset>
          </Card>
          <Card title="Model">
            <div class="new-fields">
              <label class="field">
                <span>Encoder</span>
                <input class="input" value={encoder} onInput={({ currentTarget }) => setEncoder(currentTarget.value)} />
                <span class="field-hint">Folder or hub id of what reads the items; none: they come at random.</span>
              </label>
              <label class="field is-small">
                <span>Validation share, %</span>
                <input
                  class="input figure"
                  type="number"
                  min={0}
                  max={90}
                  value={validation}
                  onInput={({ currentTarget }) => setValidation(currentTarget.valueAsNumber || 0)}
                />
                <span class="field-hint">Drawn at random, never learnt from.</span>
              </label>
            </div>
          </Card>
          <Card title="Guideline" aside={<span class="quiet">can be written later</span>}>
            <label class="field">
              <span class="unseen">Guideline</span>
              <textarea
                class="input"
                rows={4}
                placeholder="What belongs to which label, and what to do when it is not clear."
                value={guideline}
                onInput={({ currentTarget }) => setGuideline(currentTarget.value)}
              />
            </label>
          </Card>
          <div class="new-end">
            {missing !== undefined && <p class="quiet">Add {missing} to begin.</p>}
            <button type="submit" class="action primary" aria-disabled={missing !== undefined || isBeginning}>
              {isBeginning ? "Beginning …" : "Begin labelling"}
            </button>
          </div>
        </div>
        <div class="new-column">
          {problems.length > 0 && (
            <Card title="Left out" aside={<span class="badge warn">{count(problems.length, "problem")}</span>}>
              <ul class="problems">
                {problems.slice(0, 20).map(({ source, reason }) => (
                  <li key={source}>
                    <span class="code">{source}</span>
                    <span class="quiet">{reason}</span>
                  </li>
                ))}
              </ul>
              {problems.length > 20 && <p class="quiet">and {number(problems.length - 20)} more</p>}
            </Card>
          )}
          <Card title="The first items" aside={<span class="quiet">{preview.columns.join(", ")}</span>}>
            {items === 0 && <p class="empty">There is nothing to label in the data.</p>}
            <ul class={kind === "image" ? "sample is-images" : "sample"}>
              {preview.sample.map((view) => (
                <li key={view.id}>
                  {kind === "image" ? <img src={pictureUrl(view, 240)} alt={view.content} /> : <ItemText view={view} />}
                </li>
              ))}
            </ul>
          </Card>
        </div>
      </div>
    </form>
  );
}

interface LabelEditorProps {
  readonly labels: readonly string[];
  readonly counts: NewProjectPreview["labels"];
  readonly onChange: (labels: readonly string[]) => void;
}

function LabelEditor({ labels, counts, onChange }: LabelEditorProps) {
  const [text, setText] = useState("");
  const add = (typed: string) => {
    const names = typed.split(/[\n,;]/).map((name) => name.trim());
    onChange([...new Set([...labels, ...names.filter((name) => name !== "")])]);
    setText("");
  };
  return (
    <div class="label-editor">
      <ul>
        {labels.map((name, i) => {
          const found = counts.find((known) => known.name === name)?.count ?? 0;
          return (
            <li key={name} class="label-chip is-large" style={{ "--hue": `var(--hue-${(i % 12) + 1})` }}>
              <span class="label-dot" aria-hidden="true" />
              <span class="label-chip-name">{name}</span>
              {found > 0 && <span class="quiet figure">{number(found)}</span>}
              <button
                type="button"
                class="chip-close"
                aria-label={`Remove ${name}`}
                onClick={() => onChange(labels.filter((known) => known !== name))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          );
        })}
      </ul>
      <div class="set-add">
        <input
          class="input"
          aria-label="New labels"
          placeholder="Add labels: commas or lines divide them"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onPaste={(event) => {
            const pasted = event.clipboardData?.getData("text") ?? "";
            if (!/[\n,;]/.test(pasted)) return;
            event.preventDefault();
            add(text + pasted);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== ",") return;
            event.preventDefault();
            add(text);
          }}
        />
        <button type="button" class="action" onClick={() => add(text)}>
          Add
        </button>
      </div>
    </div>
  );
}
