/** What keys do. Digits and labels' own keys are not here: they give labels ({@link import("./keyboard.js")}). */
export const ACTIONS = {
  accept: { words: "Accept the suggestion, save", keys: ["Enter"], group: "Label" },
  "save-rest-no": { words: "Save; what is open is no", keys: ["Shift+Enter"], group: "Label" },
  skip: { words: "Skip", keys: ["Space"], group: "Label" },
  undo: { words: "Undo", keys: ["Backspace", "Ctrl+z"], group: "Label" },
  redo: { words: "Redo", keys: ["Ctrl+Shift+z", "Ctrl+y"], group: "Label" },
  exclude: { words: "Exclude, or take back", keys: ["x"], group: "Label" },
  validation: { words: "Validation item, or not", keys: ["v"], group: "Label" },
  "all-zeros": { words: "All that is open: no", keys: ["z"], group: "Label" },
  comment: { words: "Comment", keys: ["m"], group: "Label" },
  guideline: { words: "Guideline", keys: ["h"], group: "Label" },
  "find-label": { words: "Search among the labels", keys: ["f"], group: "Label" },
  next: { words: "To the next item", keys: ["ArrowRight"], group: "Move" },
  previous: { words: "To the item before", keys: ["ArrowLeft"], group: "Move" },
  up: { words: "Up in the grid", keys: ["ArrowUp"], group: "Move" },
  down: { words: "Down in the grid", keys: ["ArrowDown"], group: "Move" },
  grid: { words: "Grid, or one by one", keys: ["g"], group: "Grid" },
  "select-next": { words: "Select to the right", keys: ["Shift+ArrowRight"], group: "Grid" },
  "select-previous": { words: "Select to the left", keys: ["Shift+ArrowLeft"], group: "Grid" },
  "select-up": { words: "Select upwards", keys: ["Shift+ArrowUp"], group: "Grid" },
  "select-down": { words: "Select downwards", keys: ["Shift+ArrowDown"], group: "Grid" },
  select: { words: "Select, or not", keys: ["a"], group: "Grid" },
  "select-all": { words: "Select all", keys: ["Ctrl+a"], group: "Grid" },
  "accept-page": { words: "Accept all suggestions of the grid", keys: ["Ctrl+Enter"], group: "Grid" },
  copy: { words: "Copy the labels to the whole grid", keys: ["c"], group: "Grid" },
  similar: { words: "Similar items", keys: ["s"], group: "Find" },
  search: { words: "Search", keys: ["/"], group: "Find" },
  equalise: { words: "Equalise the picture's histogram", keys: ["e"], group: "Picture" },
  zoom: { words: "Zoom the picture", keys: ["i"], group: "Picture" },
  keys: { words: "These keys", keys: ["?"], group: "Page" },
  close: { words: "Close, select nothing", keys: ["Escape"], group: "Page" },
} as const satisfies Readonly<
  Record<string, { readonly words: string; readonly keys: readonly string[]; readonly group: string }>
>;

export type ActionName = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[];

/** The keys of each action: the project's own ones, which are one chord an action, before those at first. */
export function keysOf(action: ActionName, remapped: Readonly<Record<string, string>>): readonly string[] {
  const own = remapped[action];
  return own === undefined ? ACTIONS[action].keys : [own];
}

/** The action of each chord. What was remapped wins over what has the key at first. */
export function actionsByChord(remapped: Readonly<Record<string, string>>): ReadonlyMap<string, ActionName> {
  const chords = new Map<string, ActionName>();
  for (const isOwn of [false, true])
    for (const action of ACTION_NAMES)
      if ((remapped[action] !== undefined) === isOwn) for (const chord of keysOf(action, remapped)) chords.set(chord, action);
  return chords;
}

const SIGNS: Readonly<Record<string, string>> = {
  ...{ ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Enter: "↵", Backspace: "⌫", Shift: "⇧" },
};

/** The caps of a chord: `"Ctrl+Shift+z"` is Ctrl, ⇧ and Z. */
export function capsOf(chord: string): readonly string[] {
  const parts = chord === "+" ? ["+"] : chord.split("+");
  return parts.map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}
