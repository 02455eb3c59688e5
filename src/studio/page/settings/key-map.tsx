import { useEffect, useState } from "preact/hooks";
import { Card } from "../../../page/parts/parts.js";
import { studio } from "../client/live.js";
import { ACTION_NAMES, ACTIONS, type ActionName, actionsByChord, keysOf } from "../keys/actions.js";
import { chordOf } from "../keys/keyboard.js";
import { ask } from "../parts/ask.js";
import { Caps } from "../parts/caps.js";

function save(keys: Readonly<Record<string, string>>): Promise<boolean> {
  return ask("project", { method: "PATCH", body: { settings: { keys } } });
}

/** Which keys do what; for all who work on the project. */
export function KeyMap() {
  const [recording, setRecording] = useState<ActionName>();
  const own = studio.value!.settings.keys;
  useEffect(() => {
    if (recording === undefined) return;
    const pressed = (event: KeyboardEvent) => {
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      setRecording(undefined);
      const chord = chordOf(event);
      if (chord === "Escape" || chord === "Tab") return;
      const { [recording]: _, ...others } = own;
      const isFirst = (ACTIONS[recording].keys as readonly string[]).includes(chord) && ACTIONS[recording].keys.length === 1;
      void save(isFirst ? others : { ...others, [recording]: chord });
    };
    addEventListener("keydown", pressed, { capture: true });
    return () => removeEventListener("keydown", pressed, { capture: true });
  }, [recording, own]);
  const actions = actionsByChord(own);
  const reset = Object.keys(own).length > 0 && (
    <button type="button" class="tool" onClick={() => save({})}>
      All as at first
    </button>
  );
  return (
    <Card title="Keys" aside={reset}>
      <p class="quiet note">Press Change, then the key. Digits give labels; a label's own key is set with the label.</p>
      <ul class="key-rows">
        {ACTION_NAMES.map((name) => {
          const chords = keysOf(name, own);
          const taken = chords.filter((chord) => actions.get(chord) !== name);
          return (
            <li key={name} class="key-row">
              <span>{ACTIONS[name].words}</span>
              {taken.length === chords.length && (
                <span class="badge warn">taken by {ACTIONS[actions.get(chords[0]!)!].words}</span>
              )}
              <span class="key-caps">
                {recording === name ? (
                  <span class="recording">Press a key …</span>
                ) : (
                  chords.map((chord) => <Caps key={chord} chord={chord} />)
                )}
              </span>
              <button type="button" class="tool" aria-label={`Change: ${ACTIONS[name].words}`} onClick={() => setRecording(name)}>
                Change
              </button>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
