import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { undocumentedExports } from "../../docs/tools/api-reference.js";
import { brokenLinks, headingAnchors } from "../../docs/tools/broken-links.js";
import { cliReference } from "../../docs/tools/cli-reference.js";
import { errorCodes, errorCodesPage } from "../../docs/tools/error-codes.js";
import { markdownFiles } from "../../docs/tools/markdown-files.js";
import { operatorsPage } from "../../docs/tools/operators.js";
import { root } from "../../docs/tools/places.js";
import { strategyNamesTable } from "../../docs/tools/strategy-names.js";
import { trainingArgumentsTable } from "../../docs/tools/training-arguments.js";
import { createProgram } from "../../src/cli/run-cli.js";
import { heuristicNames } from "../../src/heuristics/registry.js";
import { strategyNames } from "../../src/strategies/registry.js";
import { resolveTrainingArguments } from "../../src/training/resolve-training-arguments.js";

const readme = readFileSync(join(root, "README.md"), "utf8");

describe("README", () => {
  it("has at most 200 lines", () => {
    expect(readme.split("\n").length).toBeLessThanOrEqual(200);
  });

  it("shows no picture by a relative address: a registry's page would have a hole there", () => {
    expect(readme.match(/!\[[^\]]*\]\((?!https:)[^)]*\)/g)).toBeNull();
  });
});

it("no page names a file or a heading that is not there", () => {
  // The reference is made when the site is built, which looks at links to it.
  const written = markdownFiles().filter((file) => !file.startsWith("docs/reference/"));
  expect(brokenLinks(written).filter((fault) => !fault.includes("reference/"))).toEqual([]);
});

it("files that pages speak of are there", () => {
  const missing = markdownFiles()
    .filter((file) => !file.startsWith("docs/reference/"))
    .flatMap((file) => {
      const named = readFileSync(join(root, file), "utf8").matchAll(
        /`((?:src|test|docs|bench|examples|datasets|models)\/[\w./-]+)`/g,
      );
      return Array.from(named, ([, path = ""]) => path).flatMap((path) =>
        existsSync(join(root, path)) ? [] : [`${file}: ${path}`],
      );
    });
  expect(missing.filter((line) => !line.includes("NAME") && !line.includes("docs/reference"))).toEqual([]);
});

it("headings have the anchors that the site gives them", () => {
  const page = "# A page\n## Keras models (TensorFlow.js)\n## The papers' curves\n```sh\n# no heading\n```\n## A page\n";
  expect([...headingAnchors(page)]).toEqual(["a-page", "keras-models-tensorflow-js", "the-papers-curves", "a-page-1"]);
});

describe("what is made from the sources", () => {
  it("the page of commands has every command and option", async () => {
    const page = await cliReference();
    for (const command of (await createProgram()).commands) {
      expect(page).toContain(`## baal ${command.name()}`);
      for (const { long, hidden } of command.options) if (long && !hidden) expect(page).toContain(long);
    }
  });

  it("the page of error codes has each with what it means", () => {
    const codes = errorCodes();
    expect(codes.length).toBeGreaterThanOrEqual(22);
    for (const { code, meaning } of codes) expect(errorCodesPage()).toContain(`| \`${code}\` | ${meaning} |`);
  });

  it("an error code without a comment is refused", () => {
    expect(() => errorCodes('export type ErrorCode =\n  | "E_DATA" // a row\n  | "E_NEW";\n\n')).toThrow("E_NEW need a comment");
  });

  it("the table of training arguments has each", () => {
    const table = trainingArgumentsTable();
    for (const name of Object.keys(resolveTrainingArguments({}))) expect(table).toContain(`\`${name}\``);
  });

  it("the tables of names have every heuristic and strategy", () => {
    const tables = strategyNamesTable();
    for (const name of strategyNames)
      expect(tables).toContain(`| \`${name.includes(":") ? `${name.split(":")[0]}:...` : name}\` |`);
    for (const name of heuristicNames) expect(tables).toContain(`| \`${name}\` |`);
  });

  it("the operators are listed", () => {
    expect(operatorsPage()).toMatch(/operators have a gradient: .*`Gemm`.*\n\nNo gradient by design.*`Shape`/s);
  });

  it("an export without a docstring is found, its members may have none", () => {
    const warnings = [
      "[warning] baaljs.Foo (Interface), defined in baaljs/src/foo.ts, does not have any documentation",
      "[warning] baaljs/engine.Foo.bar (CallSignature), defined in baaljs/src/foo.ts, does not have any documentation",
    ];
    expect(undocumentedExports(warnings)).toEqual(["Foo, defined in src/foo.ts"]);
  });
});
