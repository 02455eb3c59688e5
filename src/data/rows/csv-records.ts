/** How the fields and records of a file are told apart. */
export interface CsvDialect {
  readonly delimiter: string;
  /** One character; `undefined` where quotes are ordinary characters. */
  readonly quote: string | undefined;
  /**
   * What a quote at the beginning of a field means where it is not closed as RFC 4180 has it: `"strict"` is a fault; `"literal"` takes it for an
   * ordinary character, and also where the field would hold a delimiter and a line end; `"wary"` is a fault, and also where whole records would be
   * inside the field.
   */
  readonly quoting: "strict" | "literal" | "wary";
  /** Blanks behind a delimiter belong to it. */
  readonly skipsBlanks: boolean;
  /** Fields of the header, once it is known. */
  readonly columns?: number | undefined;
}

/** The fields of one record, and where it stands. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly start: number;
  /** Where the next record begins. */
  readonly end: number;
  /** Lines that the record takes. */
  readonly lines: number;
  /** An empty line. */
  readonly isBlank: boolean;
  /** Nothing but delimiters, as spreadsheets leave below a table. Quotes are content: `""` is a text that happens to be empty. */
  readonly isEmpty: boolean;
  /** What is wrong with it; the record then ends with its first line. */
  readonly fault: string | undefined;
}

interface Field {
  readonly value: string;
  readonly end: number;
  readonly fault?: string;
  /** Holds a delimiter and a line end. */
  readonly isMixed?: boolean;
}

/** A longer quoted field (characters) is one that was never closed: no more is read to find its end. */
const LONGEST_QUOTED = 1 << 26;

const LF = 0x0a;
const CR = 0x0d;

/**
 * The record that begins at `start`. Lines end with LF, CRLF or CR, whichever comes. `undefined` where the text ends too early to tell, unless it
 * `isWhole`.
 */
export function readRecord(text: string, start: number, dialect: CsvDialect, isWhole: boolean): CsvRecord | undefined {
  const { delimiter, skipsBlanks } = dialect;
  const fields: string[] = [];
  let at = start;
  let fault: string | undefined;
  let isMixed = false;
  while (true) {
    if (skipsBlanks && fields.length > 0) while (text.charCodeAt(at) === 0x20) at++;
    const field = readField(text, at, dialect, isWhole);
    if (field === undefined) return undefined;
    fields.push(field.value);
    fault ??= field.fault;
    isMixed ||= field.isMixed === true;
    at = field.end;
    if (at === text.length || !text.startsWith(delimiter, at)) break;
    at += delimiter.length;
  }
  if (at + 1 === text.length && text.charCodeAt(at) === CR && !isWhole) return undefined;
  const end = at + lineEndLength(text, at);
  if (isMixed && fault === undefined && dialect.quoting === "wary") fault = swallowed(text.slice(start, at), dialect);
  if (fault !== undefined) return brokenOff(text, start, { fault, isWhole });
  const lines = fields.some(hasLineEnd) ? countLines(text.slice(start, at)) : 1;
  const isEmpty =
    fields.length > 1 && fields.every((field) => field === "") && !text.slice(start, at).includes(dialect.quote ?? "\n");
  return { fields, start, end, lines, isBlank: at === start, isEmpty, fault };
}

/** A record whose quotes cannot be trusted: it is no longer than its first line, so that those behind it can be read. */
function brokenOff(
  text: string,
  start: number,
  { fault, isWhole }: { readonly fault: string; readonly isWhole: boolean },
): CsvRecord | undefined {
  const at = nextLineEnd(text, start);
  if (at === text.length && !isWhole) return undefined;
  return { fields: [], start, end: at + lineEndLength(text, at), lines: 1, isBlank: false, isEmpty: false, fault };
}

function readField(text: string, at: number, dialect: CsvDialect, isWhole: boolean): Field | undefined {
  if (dialect.quote !== undefined && text[at] === dialect.quote) {
    const quoted = readQuoted(text, at, { ...dialect, quote: dialect.quote }, isWhole);
    if (quoted !== "literal") return quoted;
  }
  const end = plainEnd(text, at, dialect.delimiter);
  return end === text.length && !isWhole ? undefined : { value: text.slice(at, end), end };
}

/** Where the delimiter or line end is that ends a field. */
function plainEnd(text: string, from: number, delimiter: string): number {
  const first = delimiter.charCodeAt(0);
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF || code === CR) return at;
    if (code === first && (delimiter.length === 1 || text.startsWith(delimiter, at))) return at;
  }
  return text.length;
}

function readQuoted(
  text: string,
  open: number,
  { delimiter, quote, quoting }: CsvDialect & { readonly quote: string },
  isWhole: boolean,
): Field | "literal" | undefined {
  const parts: string[] = [];
  let hasDelimiter = false;
  let hasEnd = false;
  let from = open + 1;
  while (true) {
    const close = text.indexOf(quote, from);
    const part = text.slice(from, close === -1 ? undefined : close);
    hasDelimiter ||= part.includes(delimiter);
    hasEnd ||= hasLineEnd(part);
    if (quoting === "literal" && hasDelimiter && hasEnd) return "literal";
    if (close === -1) {
      if (!isWhole && text.length - open < LONGEST_QUOTED) return undefined;
      return quoting === "literal" ? "literal" : faultyField(text, open, "is opened and never closed");
    }
    const next = close + 1;
    if (!isWhole && text.length - next < Math.max(delimiter.length, 1)) return undefined;
    if (text[next] === quote) {
      parts.push(part, quote);
      from = next + 1;
      continue;
    }
    parts.push(part);
    if (next === text.length || isLineEnd(text.charCodeAt(next)) || text.startsWith(delimiter, next))
      return { value: parts.join(""), end: next, isMixed: hasDelimiter && hasEnd };
    if (quoting === "literal") return "literal";
    const what = text[close - 1] === "\\" ? "is escaped by a backslash" : "is closed before its field ends";
    return faultyField(text, open, what);
  }
}

function faultyField(text: string, open: number, what: string): Field {
  const shown = text.slice(open, Math.min(nextLineEnd(text, open), open + 30));
  const fault = `the quote of ${JSON.stringify(shown)} ${what}. Quotes inside a quoted field are doubled; where quotes are ordinary characters, say so: --quote none (quote: "none")`;
  return { value: "", end: text.length, fault };
}

/** A fault where every line of a record is a record by itself, as it is where quotes are ordinary characters, and no prose. */
function swallowed(raw: string, { delimiter, columns }: CsvDialect): string | undefined {
  const lines = raw.split(/\r\n|\n|\r/);
  if (columns === undefined || columns < 2) return undefined;
  const isRecord = (line: string) => {
    const fields = line.split(delimiter);
    return (
      fields.length === columns &&
      fields.every((field, i) => /^\S/.test(field) && !(i > 0 && isNumberPart(fields[i - 1]!, field)))
    );
  };
  if (!lines.every(isRecord)) return undefined;
  return (
    `a quote swallows ${lines.length} lines, each of which has ${columns} fields by itself. Where quotes are ordinary characters, say so: --quote none ` +
    `(quote: "none"); where the field really has these lines, --quote '"' (quote: '"')`
  );
}

/** `1,000` is a number, and no two fields. */
function isNumberPart(before: string, behind: string): boolean {
  return /\d$/.test(before) && /^\d{3}(?!\d)/.test(behind);
}

function hasLineEnd(text: string): boolean {
  return text.includes("\n") || text.includes("\r");
}

function isLineEnd(code: number): boolean {
  return code === LF || code === CR;
}

function nextLineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (isLineEnd(text.charCodeAt(at))) return at;
  return text.length;
}

function lineEndLength(text: string, at: number): number {
  if (at >= text.length) return 0;
  return text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
}

function countLines(text: string): number {
  return text.split(/\r\n|\n|\r/).length;
}

/** Who takes a file's records one after the other. */
export interface RecordTaker {
  /** How the next record is read: a header may change that. */
  readonly dialect: CsvDialect;
  /** `false`: no more is wanted. */
  readonly take: (record: CsvRecord, text: string) => boolean;
}

/**
 * Hands on the records of a text that comes in pieces, and gives a turn after each piece.
 * A record that goes over many pieces is looked at again only when twice as much is there.
 */
export async function* recordBatches(pieces: AsyncIterable<string>, taker: RecordTaker): AsyncGenerator<void> {
  let text = "";
  let needed = 0;
  let isWanted = true;
  const takeAll = (isWhole: boolean) => {
    let at = 0;
    while (isWanted && at < text.length) {
      const record = readRecord(text, at, taker.dialect, isWhole);
      if (record === undefined) break;
      isWanted = taker.take(record, text);
      at = record.end;
    }
    text = text.slice(at);
    needed = 2 * text.length;
  };
  for await (const piece of pieces) {
    text += piece;
    if (text.length < needed) continue;
    takeAll(false);
    yield;
    if (!isWanted) return;
  }
  takeAll(true);
  yield;
}
