import { studio } from "../client/live.js";
import { ACTION_NAMES, ACTIONS, keysOf } from "../keys/actions.js";
import { Caps } from "../parts/caps.js";
import { Dialog } from "../parts/dialog.js";

const GROUPS = [...new Set(ACTION_NAMES.map((name) => ACTIONS[name].group))];

const DIGITS = [
  ["1", "Labels 1 to 9, 0 the tenth: one label saves and goes on, several are set to yes"],
  ["Alt+1", "No to that label (several labels)"],
  ["Shift+1", "Labels 11 to 20"],
] as const;

/** All keys there are. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const own = studio.value?.settings.keys ?? {};
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div class="help">
        {GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {group === "Label" && DIGITS.map(([chord, words]) => <Row key={chord} chords={[chord]} words={words} />)}
              {ACTION_NAMES.filter((name) => ACTIONS[name].group === group).map((name) => (
                <Row key={name} chords={keysOf(name, own)} words={ACTIONS[name].words} />
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="quiet">None of them acts while you write. Settings, Keys changes them.</p>
    </Dialog>
  );
}

function Row({ chords, words }: { readonly chords: readonly string[]; readonly words: string }) {
  return (
    <div class="help-row">
      <dt>{words}</dt>
      <dd>
        {chords.map((chord) => (
          <Caps key={chord} chord={chord} />
        ))}
      </dd>
    </div>
  );
}
