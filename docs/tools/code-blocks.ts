import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { absolutePath, markdownFiles } from "./markdown-files.js";
import { docsFolder, root } from "./places.js";

/**
 * A TypeScript block of a page or of a docstring's `@example`. Words after ```` ```ts ```` say how it is tried:
 * - nothing: a program of its own, type-checked and run;
 * - `with=NAME`: after the code of `docs/preludes/NAME.ts`;
 * - `continues`: after the block above it on the page;
 * - `no-run=REASON`: type-checked only, since it needs a `hub`, a `server`, `people`, a package that is not here, ...
 */
export interface CodeBlock {
  /** File from the repository's root, and the line where the code begins. */
  readonly file: string;
  readonly line: number;
  readonly prelude: string | undefined;
  readonly reasonNotToRun: string | undefined;
  readonly code: string;
}

interface Fence {
  readonly line: number;
  readonly words: readonly string[];
  readonly code: string;
}

/** A ```` ```ts ```` fence, indented or not, in Markdown or behind a comment's asterisks. */
const FENCE = /^([ \t*]*)```(?:ts|typescript)\b([^\n`]*)\n([\s\S]*?)\n[ \t*]*```[ \t]*$/gm;

/** Every TypeScript block of the pages and of the sources' docstrings. Throws where one continues nothing. */
export function codeBlocks(): CodeBlock[] {
  // What is generated shows signatures, and examples that are read from the sources.
  const pages = markdownFiles().filter((file) => !file.startsWith("docs/reference/"));
  return [...pages, ...sourceFiles()].flatMap((file) => blocksOf(file, fencesOf(file)));
}

function blocksOf(file: string, fences: readonly Fence[]): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const { line, words, code } of fences) {
    const continues = words.includes("continues");
    const before = blocks.at(-1);
    if (continues && !before) throw new Error(`${file}:${line}: the first block of a page continues nothing.`);
    blocks.push({
      file,
      line,
      prelude: continues ? before?.prelude : wordAfter(words, "with"),
      reasonNotToRun: wordAfter(words, "no-run") ?? (continues ? before?.reasonNotToRun : undefined),
      code: continues ? `${before?.code}\n${code}` : code,
    });
  }
  return blocks;
}

function wordAfter(words: readonly string[], name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

function fencesOf(file: string): Fence[] {
  const text = readFileSync(absolutePath(file), "utf8").replaceAll("\r\n", "\n");
  return Array.from(text.matchAll(FENCE), (match) => {
    const [, margin = "", info = "", code = ""] = match;
    const line = text.slice(0, match.index).split("\n").length + 1;
    const lines = code
      .split("\n")
      .map((row) => (row.startsWith(margin) ? row.slice(margin.length) : row.replace(/^[ \t]*\* ?/, "")));
    return { line, words: info.trim().split(/\s+/).filter(Boolean), code: lines.join("\n") };
  });
}

/** Examples in docstrings that {@link codeBlocks} does not see, as `file:line`. */
export function unfencedExamples(): string[] {
  return sourceFiles().flatMap((file) => {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    return lines.flatMap((line, i) =>
      /^\s*\* @example\b/.test(line) && !lines[i + 1]?.includes("```ts") ? [`${file}:${i + 1}`] : [],
    );
  });
}

function sourceFiles(): string[] {
  const folder = join(root, "src");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((file) => readFileSync(join(root, file), "utf8").includes("@example"))
    .sort();
}

/** A block as a module: what it and its prelude import, the prelude, then the block in braces, where it may use any name again. */
export function moduleOf(block: CodeBlock): string {
  const prelude =
    block.prelude === undefined
      ? ""
      : readFileSync(join(docsFolder, "preludes", `${block.prelude}.ts`), "utf8").replace(EXPORTS, "");
  const parts = [splitImports(prelude), splitImports(block.code)] as const;
  return [
    `// ${block.file}:${block.line}`,
    ...importLines(parts.map(({ imports }) => imports).join("\n")),
    parts[0].rest,
    `{\n${parts[1].rest}\n}`,
    "export {};",
  ].join("\n");
}

/** A prelude says by an `export` which names it makes; a block is put behind it in the same module, where that line means nothing. */
const EXPORTS = /^export \{[^}]*\};\n?/m;
const IMPORT = /^import\s+(?:[^"';]+?\s+from\s+)?"[^"]+";[^\n]*$/gm;
const NAMED = /^import\s+(type\s+)?\{([^}]*)\}\s+from\s+"([^"]+)";/;

function splitImports(code: string): { readonly imports: string; readonly rest: string } {
  const imports = code.match(IMPORT) ?? [];
  return { imports: imports.join("\n"), rest: code.replace(IMPORT, "") };
}

/** Import declarations with each name once. */
function importLines(imports: string): string[] {
  const names = new Map<string, Set<string>>();
  const others = new Set<string>();
  for (const line of imports.match(IMPORT) ?? []) {
    const [, type, list, source] = NAMED.exec(line) ?? [];
    if (list === undefined || source === undefined) {
      others.add(line);
      continue;
    }
    const known = names.get(source) ?? new Set();
    for (const name of list.replace(/\/\/[^\n]*/g, "").split(",")) {
      if (name.trim() !== "") known.add(type ? `type ${name.trim()}` : name.trim());
    }
    names.set(source, known);
  }
  const lines = Array.from(names, ([source, known]) => {
    const values = [...known].filter((name) => !name.startsWith("type ") || !known.has(name.slice("type ".length)));
    return `import { ${values.join(", ")} } from "${source}";`;
  });
  return [...others, ...lines];
}
