/** A key press as `readline` tells it. */
export interface KeyPress {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

/** What a key asks for. */
export type Action =
  | { readonly type: "digit"; readonly digit: number }
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type:
        | "accept"
        | "skip"
        | "back"
        | "forward"
        | "undo"
        | "redo"
        | "erase"
        | "clear"
        | "up"
        | "down"
        | "mark"
        | "help"
        | "quit";
    };

const NAMED: Readonly<Record<string, Action["type"]>> = {
  return: "accept",
  enter: "accept",
  left: "back",
  right: "forward",
  up: "up",
  down: "down",
  backspace: "erase",
  escape: "clear",
  tab: "mark",
  f1: "help",
};
const WITH_CONTROL: Readonly<Record<string, Action["type"]>> = {
  c: "quit",
  d: "quit",
  z: "undo",
  y: "redo",
  r: "redo",
  h: "erase",
};

/** What a key means; `undefined` for one that means nothing. A blank is `skip`: while a text is typed it is read as a part of it. */
export function actionOf(characters: string | undefined, key: KeyPress): Action | undefined {
  const type = key.ctrl ? WITH_CONTROL[key.name ?? ""] : NAMED[key.name ?? ""];
  if (type !== undefined) return { type } as Action;
  if (key.ctrl || key.meta || characters === undefined || characters === "") return undefined;
  if (characters === " ") return { type: "skip" };
  if (/^[0-9]$/.test(characters)) return { type: "digit", digit: Number(characters) };
  if (characters === "?") return { type: "help" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences of keys that are not known here begin with one.
  return /[\u0000-\u001f\u007f]/.test(characters) ? undefined : { type: "text", text: characters };
}
