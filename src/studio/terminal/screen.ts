import type { DeskView, ShownLabel } from "./desk-view.js";
import { cut, harmless, textWidth, wrapped } from "./text-width.js";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is written, and where an image may be put. */
export interface Screen {
  readonly text: string;
  /** Line of the image, from 0, and its size in characters; `undefined` where none is shown. */
  readonly image: { readonly line: number; readonly columns: number; readonly rows: number } | undefined;
}

const BOLD = "\x1b[1m";
const DIM = "\x1b[2m";
const REVERSED = "\x1b[7m";
const PLAIN = "\x1b[0m";
/** From the top, each line cleared behind its text, and everything below. */
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K\r\n";
const CLEAR_REST = "\x1b[J";

const HELP = [
  "1-9, 0      the label of that number; of several labels: mark it",
  "letters     look for a label by its name; Enter takes the highlighted one, Tab marks it, Esc ends",
  "Enter       accept the suggestion; of several labels: save what is marked",
  "Space       skip                      Left, Right   back and forth among what was shown",
  "Backspace   take the last answer back (Ctrl-Z as well); Ctrl-Y does it again",
  ":add NAME   :rename OLD = NEW   :merge LABEL = INTO   :split LABEL = ONE, OTHER   :archive NAME   :restore NAME",
  ":note TEXT  :exclude REASON",
  "Ctrl-C      end; every answer is on the disk already",
];
const KEYS =
  "1-9 label   letters find   Enter accept   Space skip   Backspace undo   Left back   : command   ? help   Ctrl-C end";

/** The screen as one text with the terminal's own sequences. Nothing of an item's or a label's text is a sequence. */
export function renderScreen(view: DeskView, { columns, rows }: ScreenSize, { isImage = false } = {}): Screen {
  const width = Math.max(20, columns - 1);
  const height = Math.max(8, rows - 1);
  const head = [`${BOLD}${cut(progressLine(view), width)}${PLAIN}`, `${DIM}${cut(harmless(view.order), width)}${PLAIN}`, ""];
  if (view.isHelpShown) return { text: page([...head, ...HELP.map((line) => cut(line, width))]), image: undefined };
  const foot = [
    view.message === "" ? "" : `${BOLD}${cut(harmless(view.message), width)}${PLAIN}`,
    view.filter === "" ? `${DIM}${cut(KEYS, width)}${PLAIN}` : `> ${cut(harmless(view.filter), width - 3)}_`,
  ];
  if (view.item === undefined) {
    const skipped =
      view.progress.skipped > 0
        ? ` ${view.progress.skipped} were skipped or left out; --skipped shows the skipped ones again.`
        : "";
    return { text: page([...head, `Everything is answered.${skipped}`, "", ...foot]), image: undefined };
  }
  const suggestion = suggestionLine(view);
  const space = height - head.length - foot.length - (suggestion === "" ? 1 : 2);
  const labels = labelLines(view.labels, width, Math.max(1, Math.floor(space / 2)), view.task === "multi");
  const free = Math.max(1, space - labels.length);
  const text = isImage ? [harmless(view.item.content)] : itemLines(view.item.content, Math.min(width, 100), free);
  const imageRows = isImage ? Math.max(0, free - 1) : 0;
  const body = [
    ...text,
    ...Array.from({ length: imageRows }, () => ""),
    ...(suggestion === "" ? [] : [cut(suggestion, width)]),
    "",
  ];
  return {
    text: page([...head, ...body, ...labels, ...foot]),
    image: isImage && imageRows > 0 ? { line: head.length + 1, columns: width, rows: imageRows } : undefined,
  };
}

function page(lines: readonly string[]): string {
  return HOME + lines.map((line) => line + CLEAR_LINE).join("") + CLEAR_REST;
}

function progressLine({ progress: { answered, skipped, total, here } }: DeskView): string {
  const share = total === 0 ? 0 : Math.floor((100 * answered) / total);
  return `${answered} of ${total} labelled (${share} %), ${here} of them now${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function suggestionLine({ suggestions, answer }: DeskView): string {
  if (answer !== undefined) return `labelled: ${answer.map(harmless).join(", ") || "none"}`;
  if (suggestions.length === 0) return "";
  return `suggested: ${suggestions.map(({ label, probability }) => `${harmless(label)} ${Math.round(100 * probability)} %`).join(", ")}`;
}

function itemLines(content: string, width: number, rows: number): string[] {
  const lines = wrapped(harmless(content), width);
  if (lines.length <= rows) return lines;
  return [...lines.slice(0, Math.max(0, rows - 1)), `${DIM}... ${lines.length - rows + 1} more lines${PLAIN}`];
}

/** As many labels as there is space for, in columns of one width. */
function labelLines(labels: readonly ShownLabel[], width: number, rows: number, isMulti: boolean): string[] {
  const cells = labels.map((label, index) => {
    const number = index < 10 ? String((index + 1) % 10) : " ";
    const mark = isMulti ? (label.isMarked ? "[x] " : "[ ] ") : "";
    return { text: `${number} ${mark}${cut(harmless(label.name).replaceAll("\n", " "), 40)} (${label.count})`, label };
  });
  const cellWidth = Math.min(width, Math.max(12, ...cells.map(({ text }) => textWidth(text) + 2)));
  const across = Math.max(1, Math.floor(width / cellWidth));
  const down = Math.min(rows, Math.ceil(cells.length / across));
  const shown = cells.slice(0, across * down - (cells.length > across * down ? 1 : 0));
  const lines = Array.from({ length: down }, (_, row) =>
    Array.from({ length: across }, (_unused, column) => shown[column * down + row])
      .flatMap((cell) => (cell ? [styled(cell, cellWidth)] : []))
      .join(""),
  );
  const more = cells.length - shown.length;
  return more > 0 ? [...lines, `${DIM}and ${more} more: type some letters of the name${PLAIN}`] : lines;
}

function styled({ text, label }: { readonly text: string; readonly label: ShownLabel }, width: number): string {
  const short = cut(text, width - 1);
  const padded = short + " ".repeat(Math.max(0, width - textWidth(short)));
  if (label.isHighlighted) return `${REVERSED}${padded}${PLAIN}`;
  return label.isMarked ? `${BOLD}${padded}${PLAIN}` : padded;
}
