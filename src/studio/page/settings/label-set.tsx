import { useState } from "preact/hooks";
import { Card } from "../../../page/parts/parts.js";
import { count, number } from "../../../page/parts/words.js";
import type { LabelSetChange, LabelView } from "../../api/contract.js";
import { studio } from "../client/live.js";
import { chordOfLabel, colourOf, labelsById, liveLabels } from "../label/labels.js";
import { ask } from "../parts/ask.js";
import { Caps } from "../parts/caps.js";
import { DialogForm } from "../parts/dialog-form.js";

type Editing = { readonly what: "change" | "merge" | "split"; readonly label: LabelView };

function change(body: LabelSetChange, good: string): Promise<boolean> {
  return ask("label-set", { body }, good);
}

/** The labels: answers are kept by a label's number, so that all of this can be done at any time. */
export function LabelSet() {
  const [editing, setEditing] = useState<Editing>();
  const [name, setName] = useState("");
  const archived = studio.value!.labels.filter(({ isArchived, mergedInto }) => isArchived || mergedInto !== undefined);
  const add = async () => {
    const wanted = name.trim();
    if (wanted === "") return;
    if (await change({ action: "add", name: wanted }, `${wanted} is added.`)) setName("");
  };
  return (
    <Card title="Labels" aside={<span class="quiet">{count(liveLabels.value.length, "label")}</span>}>
      <ul class="set-rows">
        {liveLabels.value.map((label) => (
          <li key={label.id} class="set-row">
            <span class="label-key">{chordOfLabel(label) && <Caps chord={chordOfLabel(label)!} />}</span>
            <span class="label-dot" style={{ "--hue": colourOf(label) }} aria-hidden="true" />
            <div class="set-name">
              <p>{label.name}</p>
              {label.description !== "" && <p class="quiet">{label.description}</p>}
            </div>
            <span class="quiet figure">{number(label.train.yes + label.validation.yes)}</span>
            <div class="set-tools">
              {(["change", "merge", "split"] as const).map((what) => (
                <button
                  key={what}
                  type="button"
                  class="tool"
                  aria-label={`${TITLES[what]}: ${label.name}`}
                  onClick={() => setEditing({ what, label })}
                >
                  {TITLES[what]}
                </button>
              ))}
              <button
                type="button"
                class="tool"
                aria-label={`Archive: ${label.name}`}
                onClick={() =>
                  change({ action: "archive", id: label.id }, `${label.name} is no longer offered; answers with it stay.`)
                }
              >
                Archive
              </button>
            </div>
          </li>
        ))}
      </ul>
      <form
        class="set-add"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          class="input"
          aria-label="Name of a new label"
          placeholder="New label"
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <button type="submit" class="action">
          Add
        </button>
      </form>
      {archived.length > 0 && (
        <details>
          <summary>{count(archived.length, "label")} no longer offered</summary>
          <ul class="set-rows">
            {archived.map((label) => (
              <li key={label.id} class="set-row">
                <span class="label-dot" style={{ "--hue": colourOf(label) }} aria-hidden="true" />
                <div class="set-name">
                  <p>{label.name}</p>
                  {label.mergedInto !== undefined && (
                    <p class="quiet">counts as {labelsById.value.get(label.mergedInto)?.name ?? "another one"}</p>
                  )}
                </div>
                <button
                  type="button"
                  class="tool"
                  onClick={() => change({ action: "restore", id: label.id }, `${label.name} is back.`)}
                >
                  Restore
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
      {editing && <Edit key={`${editing.what} ${editing.label.id}`} {...editing} onClose={() => setEditing(undefined)} />}
    </Card>
  );
}

const TITLES = { change: "Edit", merge: "Merge", split: "Split" } as const;

function Edit({ what, label, onClose }: Editing & { readonly onClose: () => void }) {
  const [name, setName] = useState(label.name);
  const [key, setKey] = useState(label.key ?? "");
  const [colour, setColour] = useState(label.colour);
  const [description, setDescription] = useState(label.description);
  const others = liveLabels.value.filter(({ id }) => id !== label.id);
  const [into, setInto] = useState(others[0]?.id ?? 0);
  const [parts, setParts] = useState("");
  const save = async () => {
    const names = parts.split("\n").map((part) => part.trim());
    const body: LabelSetChange =
      what === "merge"
        ? { action: "merge", from: label.id, into }
        : what === "split"
          ? { action: "split", id: label.id, parts: names.filter((part) => part !== "") }
          : {
              action: "change",
              id: label.id,
              name: name.trim(),
              colour,
              description,
              ...(key === (label.key ?? "") ? {} : { key }),
            };
    if (await change(body, "The labels are changed.")) onClose();
  };
  return (
    <DialogForm title={`${TITLES[what]} ${label.name}`} onSave={() => void save()} onClose={onClose}>
      {what === "change" && (
        <>
          <label class="field">
            <span>Name</span>
            <input class="input" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
          </label>
          <label class="field">
            <span>Key</span>
            <input
              class="input is-key"
              maxLength={1}
              value={key}
              onInput={({ currentTarget }) => setKey(currentTarget.value.toLowerCase())}
            />
            <span class="field-hint">One letter or digit. It comes before what the key does otherwise.</span>
          </label>
          <fieldset class="field colours">
            <legend class="field-name">Colour</legend>
            {Array.from({ length: 12 }, (_, i) => String(i + 1)).map((hue) => (
              <label key={hue} class="colour" style={{ "--hue": `var(--hue-${hue})` }}>
                <input type="radio" name="colour" value={hue} checked={colour === hue} onChange={() => setColour(hue)} />
                <span class="unseen">Colour {hue}</span>
              </label>
            ))}
          </fieldset>
          <label class="field">
            <span>Description</span>
            <textarea
              class="input"
              rows={3}
              value={description}
              onInput={({ currentTarget }) => setDescription(currentTarget.value)}
            />
            <span class="field-hint">Stands in the guideline.</span>
          </label>
        </>
      )}
      {what === "merge" && (
        <label class="field">
          <span>Count its answers as</span>
          <select class="input" value={into} onChange={({ currentTarget }) => setInto(Number(currentTarget.value))}>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <span class="field-hint">Nothing is rewritten: Restore takes it back.</span>
        </label>
      )}
      {what === "split" && (
        <label class="field">
          <span>Names of the parts, one a line</span>
          <textarea class="input" rows={4} value={parts} onInput={({ currentTarget }) => setParts(currentTarget.value)} />
          <span class="field-hint">Items with {label.name} are to be answered anew with one of these.</span>
        </label>
      )}
    </DialogForm>
  );
}
