import { emitKeypressEvents } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";
import { actionOf, type KeyPress } from "./keys.js";
import type { LabellingDesk } from "./labelling-desk.js";
import { renderScreen, type Screen } from "./screen.js";

/** Shows images between the lines of a screen. */
export interface ImageScreen {
  /** What draws an image into so many columns and rows, from where the cursor stands; nothing for one that cannot be shown. */
  draw(path: string, size: { readonly columns: number; readonly rows: number }): Promise<string>;
  /** Removes what was drawn. */
  readonly clear: string;
}

export interface RunTerminalOptions {
  readonly desk: LabellingDesk;
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly signal: AbortSignal;
  /** Items are images; without a way to show them only their paths are. */
  readonly images?: ImageScreen | undefined;
  readonly isImages?: boolean | undefined;
}

/** What is open: draws anew when something else than a key has changed what is to be seen. */
export interface OpenTerminal {
  readonly redraw: () => void;
  /** Resolves when labelling has ended; rejects with what a key press has thrown. */
  readonly ended: Promise<void>;
}

/** A second screen, so that what stood in the terminal is there again afterwards; the cursor is hidden. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J";
const LEAVE = "\x1b[?25h\x1b[?1049l";

/** Labels in a terminal until the user, or the signal, ends it. The terminal is as it was afterwards, however it ends. */
export function runTerminal({ desk, input, output, signal, images, isImages = false }: RunTerminalOptions): OpenTerminal {
  let shown: string | undefined;
  const draw = () => {
    const view = desk.view();
    const screen = renderScreen(view, { columns: output.columns || 80, rows: output.rows || 24 }, { isImage: isImages });
    const content = isImages ? view.item?.content : undefined;
    output.write((content === shown ? "" : (images?.clear ?? "")) + screen.text);
    if (images && content !== undefined) void drawImage(content, screen);
    shown = content;
  };
  const drawImage = async (path: string, { image }: Screen) => {
    if (!image || !images) return;
    const sequence = await images.draw(path, image);
    if (shown === path && sequence !== "") output.write(`\x1b[${image.line + 1};1H${sequence}`);
  };
  const ended = new Promise<void>((resolve, reject) => {
    const onKey = (characters: string | undefined, key: KeyPress) => {
      const action = actionOf(characters, key);
      if (action === undefined) return;
      try {
        if (desk.act(action)) finish();
        else draw();
      } catch (error) {
        finish(error);
      }
    };
    const finish = (error?: unknown) => {
      input.off("keypress", onKey);
      input.off("end", onEnd);
      output.off("resize", draw);
      signal.removeEventListener("abort", onEnd);
      process.off("exit", restore);
      restore();
      input.pause();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onEnd = () => finish();
    const restore = () => {
      input.setRawMode(false);
      output.write((images?.clear ?? "") + LEAVE);
    };
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on("keypress", onKey);
    input.once("end", onEnd);
    output.on("resize", draw);
    signal.addEventListener("abort", onEnd, { once: true });
    process.once("exit", restore);
    output.write(ENTER);
    draw();
    input.resume();
  });
  return { redraw: draw, ended };
}
