import { BaalError } from "../../core/errors.js";
import type { CsvDialect, CsvRecord } from "./csv-records.js";
import type { Row } from "./row.js";

export interface CsvOptions {
  /** Between the fields; a comma by default, a tab for `.tsv`, or what a first line `sep=;` says. */
  readonly delimiter?: string | undefined;
  /**
   * What quotes fields that hold delimiters, quotes or line ends: one ASCII character, or `"none"` where quotes are ordinary characters. By default `"`,
   * with care: between tabs, a field that is not properly quoted is taken as it stands; elsewhere a quote that would swallow whole rows is refused.
   */
  readonly quote?: string | undefined;
}

/** The table that a file's records make. */
export interface CsvTable {
  /** How the next record is read. */
  readonly dialect: CsvDialect;
  /** Whether the header has come. */
  readonly hasHeader: boolean;
  /** Takes a record in front of the rows: an empty line, `sep=;` or the header. Throws `E_DATA`. */
  readonly takeHead: (record: CsvRecord, text: string) => void;
  /** The row that a record is. Throws `E_DATA`, beginning with `where`. */
  readonly toRow: (record: CsvRecord, where: string) => Row;
}

interface Header {
  readonly names: readonly string[];
  readonly dialect: CsvDialect;
}

/** Reads a file's records as rows with the columns of its header. Throws `E_ARGUMENT` for options that are none. */
export function csvTable(path: string, options: CsvOptions = {}): CsvTable {
  let dialect = dialectOf(path, options);
  let isNamed = options.delimiter !== undefined;
  let header: Header | undefined;
  return {
    get dialect() {
      return dialect;
    },
    get hasHeader() {
      return header !== undefined;
    },
    takeHead(record, text) {
      if (record.isBlank) return;
      const separator = separatorLine(text.slice(record.start, record.end));
      if (separator !== undefined && !isNamed) {
        isNamed = true;
        dialect = dialectOf(path, { ...options, delimiter: separator });
      } else if (separator === undefined) {
        header = headerOf(record, { path, dialect, isNamed, text });
        dialect = header.dialect;
      }
    },
    toRow(record, where) {
      const { names } = header!;
      const { fields, fault } = record;
      if (fault !== undefined) throw new BaalError("E_DATA", `${where}: ${fault}.`);
      if (fields.length !== names.length) checkWidth(fields, names, where);
      const row: Row = {};
      for (let i = 0; i < names.length; i++) row[names[i]!] = fields[i];
      return row;
    },
  };
}

function dialectOf(path: string, { delimiter = defaultDelimiter(path), quote }: CsvOptions): CsvDialect {
  if (delimiter === "" || /["\r\n]/.test(delimiter))
    throw new BaalError(
      "E_ARGUMENT",
      `The delimiter is one or more characters between fields, such as ";"; ${JSON.stringify(delimiter)} came.`,
    );
  if (quote !== undefined && quote !== "none" && (!/^[\x21-\x7e]$/.test(quote) || delimiter.includes(quote)))
    throw new BaalError(
      "E_ARGUMENT",
      `quote is one ASCII character, or "none" where quotes are ordinary ones; ${JSON.stringify(quote)} came.`,
    );
  const care = delimiter === "\t" ? "literal" : "wary";
  return {
    delimiter,
    quote: quote === "none" ? undefined : (quote ?? '"'),
    quoting: quote === undefined ? care : "strict",
    skipsBlanks: false,
  };
}

function defaultDelimiter(path: string): string {
  return /\.tsv(\.gz)?$/i.test(path) ? "\t" : ",";
}

/** The delimiter that a line `sep=;` names, which spreadsheets write for each other and do not show. */
function separatorLine(line: string): string | undefined {
  const [, separator] = /^"?sep=(\\t|[^\r\n])"?[\r\n]*$/i.exec(line) ?? [];
  return separator === "\\t" ? "\t" : separator;
}

interface HeaderPlace {
  readonly path: string;
  readonly dialect: CsvDialect;
  /** Whether the delimiter was named, and not supposed. */
  readonly isNamed: boolean;
  readonly text: string;
}

function headerOf(record: CsvRecord, { path, dialect, isNamed, text }: HeaderPlace): Header {
  const { fields, fault } = record;
  if (!isNamed && fields.length <= 1) checkOneColumn(text.slice(record.start, record.end).trim(), { path, dialect });
  if (fault !== undefined) throw new BaalError("E_DATA", `${path}, header: ${fault}.`);
  const names = fields.map((name) => name.trim());
  while (names.length > 1 && names.at(-1) === "") names.pop();
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice === "") throw new BaalError("E_DATA", `${path}: several columns have no name in the header line; name them.`);
  if (twice !== undefined) {
    throw new BaalError("E_DATA", `${path}: the column ${JSON.stringify(twice)} is in the header line twice; rename one.`);
  }
  const skipsBlanks = fields.length > 1 && !/^\s/.test(dialect.delimiter) && fields.slice(1).every((name) => /^ +\S/.test(name));
  return { names, dialect: { ...dialect, skipsBlanks, columns: fields.length } };
}

/** What else may stand between columns. Commas with blanks behind them are prose. */
const OTHER_DELIMITERS: readonly (readonly [delimiter: string, pattern: RegExp, flag: string])[] = [
  [";", /\S; ?\S/, '";"'],
  ["\t", /\S\t\S/, "tab"],
  ["|", /\S\| ?\S/, '"|"'],
  [",", /\S,\S/, '","'],
];

/** Throws `E_DATA` where the one column has the name of several. */
function checkOneColumn(line: string, { path, dialect }: Pick<HeaderPlace, "path" | "dialect">): void {
  const unquoted = line.replace(/"[^"]*"/g, "quoted");
  const [delimiter, , flag] =
    OTHER_DELIMITERS.find(([other, pattern]) => other !== dialect.delimiter && pattern.test(unquoted)) ?? [];
  if (delimiter === undefined) return;
  throw new BaalError(
    "E_DATA",
    `${path}: the header line has one column only, ${JSON.stringify(line)}: is the delimiter ${JSON.stringify(delimiter)}? ` +
      `Name it: --delimiter ${flag} (delimiter: ${JSON.stringify(delimiter)}).`,
  );
}

/** Fields beyond the header's are no matter where they are empty, as behind columns that a spreadsheet has left without a name. */
function checkWidth(fields: readonly string[], names: readonly string[], where: string): void {
  if (fields.length > names.length && fields.slice(names.length).every((field) => field.trim() === "")) return;
  const unnamed = fields.length > names.length ? `; a value stands behind the last named column, "${names.at(-1)}"` : "";
  throw new BaalError(
    "E_DATA",
    `${where}: every row needs ${names.length} fields as the header has them, ${fields.length} came${unnamed}. Quote fields that hold the delimiter.`,
  );
}
