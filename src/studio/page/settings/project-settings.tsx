import { useEffect, useState } from "preact/hooks";
import { Card } from "../../../page/parts/parts.js";
import type { ProjectPatch, StudioSettings } from "../../api/contract.js";
import { studio } from "../client/live.js";
import { ask } from "../parts/ask.js";
import { PlainMarkdown } from "../parts/plain-markdown.js";

function patch(body: ProjectPatch, good: string): Promise<boolean> {
  return ask("project", { method: "PATCH", body }, good);
}

/** What annotators are told, as it is written and as it looks. */
export function GuidelineSettings() {
  const saved = studio.value!.project.guideline;
  const [text, setText] = useState(saved);
  useEffect(() => setText(saved), [saved]);
  return (
    <Card title="Guideline">
      <div class="guideline-edit">
        <label class="field">
          <span class="unseen">Guideline</span>
          <textarea
            class="input"
            rows={9}
            placeholder="What belongs to which label, and what to do when it is not clear."
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
          <span class="field-hint">
            Empty lines divide paragraphs; # begins a heading, - a list; **bold**, *emphasis*, `code`.
          </span>
        </label>
        <div class="guideline-look">
          {text.trim() === "" ? <p class="quiet">As annotators see it.</p> : <PlainMarkdown text={text} />}
        </div>
      </div>
      {text !== saved && (
        <div class="form-end">
          <button type="button" class="action" onClick={() => setText(saved)}>
            Discard
          </button>
          <button type="button" class="action primary" onClick={() => patch({ guideline: text }, "The guideline is saved.")}>
            Save
          </button>
        </div>
      )}
    </Card>
  );
}

interface NumberRow {
  readonly name: keyof StudioSettings;
  readonly title: string;
  readonly hint: string;
  readonly min: number;
  readonly max: number;
  /** Shown times so many: shares are percentages. */
  readonly times?: number;
  readonly unit: string;
}

const NUMBERS: readonly NumberRow[] = [
  { name: "autoTrainEvery", title: "Train anew after", hint: "0: only when asked to.", min: 0, max: 100_000, unit: "labels" },
  {
    name: "overlap",
    title: "Users per item",
    hint: "So many answer an item that is answered by several.",
    min: 1,
    max: 100,
    unit: "users",
  },
  {
    name: "overlapShare",
    title: "Share with several users",
    hint: "Of all items; the others wait for one.",
    min: 0,
    max: 100,
    times: 100,
    unit: "%",
  },
  {
    name: "validationShare",
    title: "Validation share",
    hint: "Drawn at random from what is new in the data.",
    min: 0,
    max: 90,
    times: 100,
    unit: "%",
  },
  {
    name: "leaseMinutes",
    title: "Idle items go back after",
    hint: "Somebody else may then get them.",
    min: 1,
    max: 1440,
    unit: "minutes",
  },
];

interface SwitchRow {
  readonly name: "isSuggesting" | "withDuplicates";
  readonly title: string;
  readonly hint: string;
  /** What is said when it was put on, and off. */
  readonly on: string;
  readonly off: string;
}

const SWITCHES: readonly SwitchRow[] = [
  {
    name: "isSuggesting",
    title: "Suggest labels",
    hint: "What the model finds probable is marked; never for validation items.",
    on: "Labels are suggested.",
    off: "No label is suggested.",
  },
  {
    name: "withDuplicates",
    title: "Answer duplicates once",
    hint: "The queue shows one of the texts that are nearly the same, and its answer is that of the others.",
    on: "Duplicates are answered together.",
    off: "Each duplicate is answered by itself.",
  },
];

/** How the work goes on. */
export function WorkSettings() {
  const { settings } = studio.value!;
  return (
    <Card title="Work">
      <div class="setting-rows">
        {SWITCHES.map(({ name, title, hint, on, off }) => (
          <label key={name} class="setting-row">
            <span>
              <span class="field-name">{title}</span>
              <span class="field-hint">{hint}</span>
            </span>
            <input
              type="checkbox"
              class="toggle"
              checked={settings[name]}
              onChange={({ currentTarget: { checked } }) => patch({ settings: { [name]: checked } }, checked ? on : off)}
            />
          </label>
        ))}
        {NUMBERS.map(({ name, title, hint, min, max, times = 1, unit }) => (
          <label key={name} class="setting-row">
            <span>
              <span class="field-name">{title}</span>
              <span class="field-hint">{hint}</span>
            </span>
            <span class="setting-number">
              <input
                type="number"
                class="input figure"
                {...{ min, max }}
                value={Math.round(times * Number(settings[name]) * 100) / 100}
                onChange={({ currentTarget }) => {
                  const value = currentTarget.valueAsNumber;
                  if (Number.isFinite(value)) void patch({ settings: { [name]: value / times } }, `${title}: ${value} ${unit}.`);
                }}
              />
              <span class="quiet">{unit}</span>
            </span>
          </label>
        ))}
      </div>
    </Card>
  );
}
