const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
const NONE = /^(?:\p{Mark}|[\u200b-\u200d])/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to go.
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text as it may be shown: what would move the cursor, change colours or turn the direction of writing is a blank. Line ends stay. */
export function harmless(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(CONTROL, " ");
}

/** Columns that a text of one line takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text in lines of at most `width` columns, broken at blanks where there are some. */
export function wrapped(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<= )/)) {
    if (current !== "" && textWidth((current + word).trimEnd()) > width) {
      lines.push(current.trimEnd());
      current = "";
    }
    current += word;
    while (textWidth(current.trimEnd()) > width) {
      const head = cut(current, width);
      lines.push(head);
      current = current.slice(head.length);
    }
  }
  return [...lines, current.trimEnd()];
}

/** The beginning of a text, as much as `width` columns hold. */
export function cut(text: string, width: number): string {
  let [result, used] = ["", 0];
  for (const character of text) {
    used += textWidth(character);
    if (used > width) break;
    result += character;
  }
  return result;
}
