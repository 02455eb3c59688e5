import { previewPixels, previewPng } from "../../data/images/decode-image.js";
import type { ImageScreen } from "./run-terminal.js";

/** How a terminal shows images: by kitty's or iTerm2's protocol, or by coloured half blocks, which any terminal of 24-bit colour can. */
export type ImageProtocol = "kitty" | "iterm" | "blocks" | "none";

/** What the environment says of the terminal. */
export function imageProtocol(environment: Readonly<Record<string, string | undefined>>): ImageProtocol {
  const { TERM = "", TERM_PROGRAM = "", COLORTERM = "", KITTY_WINDOW_ID, TMUX } = environment;
  // A multiplexer keeps sequences that it does not know to itself.
  if (TMUX === undefined && !TERM.startsWith("screen")) {
    if (KITTY_WINDOW_ID !== undefined || TERM === "xterm-kitty" || TERM === "xterm-ghostty" || TERM_PROGRAM === "ghostty")
      return "kitty";
    if (["iTerm.app", "WezTerm", "mintty", "rio"].includes(TERM_PROGRAM)) return "iterm";
  }
  return /truecolor|24bit/i.test(COLORTERM) ? "blocks" : "none";
}

/** Pixels of a character, about: images are made that large at most. */
const CELL = { width: 10, height: 20 } as const;
/** Most base64 characters of a piece, by kitty's protocol. */
const PIECE = 4096;
/** So many images are kept ready. */
const KEPT = 8;

/** Shows images by a protocol; `undefined` for `"none"`. An image that cannot be read is not shown: its path is. */
export function terminalImages(protocol: ImageProtocol): ImageScreen | undefined {
  if (protocol === "none") return undefined;
  const kept = new Map<string, Promise<string>>();
  const make = { kitty: kittyImage, iterm: itermImage, blocks: blockImage }[protocol];
  return {
    draw(path, size) {
      const key = `${path}\n${size.columns} ${size.rows}`;
      const known = kept.get(key) ?? make(path, size).catch(() => "");
      kept.delete(key);
      kept.set(key, known);
      for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT))) kept.delete(old);
      return known;
    },
    // Kitty keeps images until they are deleted; what the others draw is text, or goes with it.
    clear: protocol === "kitty" ? "\x1b_Ga=d,q=2\x1b\\" : "\x1b[2J",
  };
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

async function kittyImage(path: string, size: Size): Promise<string> {
  const encoded = (await png(path, size)).toString("base64");
  const pieces = encoded.match(new RegExp(`.{1,${PIECE}}`, "g")) ?? [];
  return pieces
    .map((piece, i) => {
      const more = i < pieces.length - 1 ? 1 : 0;
      return `\x1b_G${i === 0 ? "a=T,f=100,q=2,C=1," : ""}m=${more};${piece}\x1b\\`;
    })
    .join("");
}

async function itermImage(path: string, size: Size): Promise<string> {
  const image = await png(path, size);
  return `\x1b]1337;File=inline=1;size=${image.length};preserveAspectRatio=1:${image.toString("base64")}\x07`;
}

/** Two pixels a character, one above the other: the colour of the half block and that behind it. */
async function blockImage(path: string, { columns, rows }: Size): Promise<string> {
  const { width, height, data } = await previewPixels(path, { width: columns, height: 2 * rows });
  const colour = (x: number, y: number) => {
    const at = 3 * (Math.min(y, height - 1) * width + x);
    return `${data[at]};${data[at + 1]};${data[at + 2]}`;
  };
  const lines = Array.from({ length: Math.ceil(height / 2) }, (_, row) =>
    Array.from({ length: width }, (_unused, x) => `\x1b[38;2;${colour(x, 2 * row)};48;2;${colour(x, 2 * row + 1)}m\u2580`).join(
      "",
    ),
  );
  return `${lines.join("\x1b[0m\r\n")}\x1b[0m`;
}

function png(path: string, { columns, rows }: Size): Promise<Buffer> {
  return previewPng(path, { width: columns * CELL.width, height: rows * CELL.height });
}
