import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";

interface FieldProps {
  readonly name: string;
  /** What it does, in a line. */
  readonly help?: ComponentChildren;
  /** Why what stands there is refused. */
  readonly problem?: ComponentChildren;
  readonly children: (aria: {
    readonly id: string;
    readonly "aria-describedby": string | undefined;
    readonly "aria-invalid": boolean;
  }) => ComponentChildren;
}

/** A name, what is to be set, and what is wrong with it. */
export function Field({ name, help, problem, children }: FieldProps) {
  const id = useId();
  const isBad = problem !== undefined;
  const described = [help === undefined ? "" : `${id}-help`, isBad ? `${id}-problem` : ""].filter(Boolean).join(" ");
  return (
    <div class={`field ${isBad ? "bad" : ""}`}>
      <label class="field-name" for={id}>
        {name}
      </label>
      {children({ id, "aria-describedby": described === "" ? undefined : described, "aria-invalid": isBad })}
      {help !== undefined && (
        <p class="field-hint" id={`${id}-help`}>
          {help}
        </p>
      )}
      {isBad && (
        <div class="problem" id={`${id}-problem`} role="alert">
          {problem}
        </div>
      )}
    </div>
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly help?: ComponentChildren;
  readonly problem?: ComponentChildren;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Whole numbers where it is 1. */
  readonly step?: number | "any";
  readonly isOff?: boolean;
  readonly onChange: (value: number) => void;
}

/** A number that is written; what is no number or out of range is said and not told on. */
export function NumberField({ name, help, problem, value, min, max, step = "any", isOff = false, onChange }: NumberFieldProps) {
  const [text, setText] = useState(String(value));
  useEffect(() => {
    setText((known) => (Number(known) === value && known.trim() !== "" ? known : String(value)));
  }, [value]);
  const wrong = problemOf(text, { min, max, isWhole: step === 1 });
  return (
    <Field name={name} help={help} problem={wrong ?? problem}>
      {(aria) => (
        <input
          {...aria}
          class="input"
          type="text"
          inputMode={step === 1 ? "numeric" : "decimal"}
          autocomplete="off"
          disabled={isOff}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            if (problemOf(currentTarget.value, { min, max, isWhole: step === 1 }) === undefined)
              onChange(Number(currentTarget.value));
          }}
        />
      )}
    </Field>
  );
}

function problemOf(
  text: string,
  { min, max, isWhole }: { readonly min: number; readonly max: number; readonly isWhole: boolean },
): string | undefined {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return "A number is needed.";
  if (isWhole && !Number.isInteger(value)) return "A whole number is needed.";
  return value < min || value > max ? `From ${min} to ${max.toLocaleString("en")}.` : undefined;
}

export interface Choice<V extends string> {
  readonly value: V;
  readonly words: string;
  /** More about it, in a line. */
  readonly help?: string;
}

interface ChoicesProps<V extends string> {
  readonly name: string;
  readonly choices: readonly Choice<V>[];
  readonly value: V;
  readonly onChange: (value: V) => void;
  /** Large ones have their help beside them. */
  readonly look?: "row" | "cards";
  readonly problem?: ComponentChildren;
  readonly help?: ComponentChildren;
}

/** One of a few, all of them seen. */
export function Choices<V extends string>({ name, choices, value, onChange, look = "row", problem, help }: ChoicesProps<V>) {
  const id = useId();
  return (
    <fieldset class={`field options ${look} ${problem === undefined ? "" : "bad"}`}>
      <legend class="field-name">{name}</legend>
      <div class="options-list">
        {choices.map((choice) => (
          <label key={choice.value} class={choice.value === value ? "option chosen" : "option"}>
            <input
              type="radio"
              name={id}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            <span class="option-words">
              {choice.words}
              {look === "cards" && choice.help !== undefined && <span class="sub">{choice.help}</span>}
            </span>
          </label>
        ))}
      </div>
      {help !== undefined && <p class="field-hint">{help}</p>}
      {problem !== undefined && (
        <div class="problem" role="alert">
          {problem}
        </div>
      )}
    </fieldset>
  );
}

interface ToggleProps {
  readonly name: string;
  readonly help?: ComponentChildren;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

/** On or off. */
export function Toggle({ name, help, value, onChange }: ToggleProps) {
  const id = useId();
  return (
    <div class="field on-off">
      <label>
        <input
          class="toggle"
          type="checkbox"
          role="switch"
          aria-checked={value}
          checked={value}
          aria-describedby={help === undefined ? undefined : id}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
        {name}
      </label>
      {help !== undefined && (
        <p class="field-hint" id={id}>
          {help}
        </p>
      )}
    </div>
  );
}
