import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { docsFolder, root } from "./places.js";

/** Where TypeDoc writes to, one page per export. */
const apiFolder = join(docsFolder, "reference", "api");

/** The package's doors: the main entry, and a file per subpath. A name's page is in the folder of its first door here: that of its subpath. */
function doors(): string[] {
  const folder = join(root, "src", "entries");
  const subpaths = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".ts")) : [];
  return [...subpaths.sort().map((file) => `src/entries/${file}`), "src/index.ts"];
}

/** Options of TypeDoc: a page per export, and a warning for what has no docstring. */
const OPTIONS = [
  ...["--plugin", "typedoc-plugin-markdown"],
  ...["--readme", "none", "--name", "baaljs", "--disableSources", "--githubPages", "false"],
  ...["--excludePrivate", "--excludeInternal", "--excludeExternals"],
  ...["--hideBreadcrumbs", "--hidePageHeader", "--entryFileName", "index"],
  ...[
    "--useCodeBlocks",
    "--parametersFormat",
    "table",
    "--interfacePropertiesFormat",
    "table",
    "--propertyMembersFormat",
    "table",
  ],
  ...["--classPropertiesFormat", "table", "--typeDeclarationFormat", "table", "--indexFormat", "table"],
  ...["--sanitizeComments", "--sort", "alphabetical"],
  ...["--validation.notExported", "false", "--validation.invalidLink", "false", "--validation.rewrittenLink", "false"],
  ...["--validation.notDocumented", "true"],
  ...["Class", "Interface", "Function", "TypeAlias", "Variable"].flatMap((kind) => ["--requiredToBeDocumented", kind]),
];

/** Makes the API reference from the docstrings. Throws where TypeDoc finds an export without one. */
export function writeApiReference(): void {
  rmSync(apiFolder, { recursive: true, force: true });
  const hook = new URL("./typescript-6.mjs", import.meta.url).href;
  const typedoc = join(root, "node_modules", "typedoc", "bin", "typedoc");
  const entries = doors().flatMap((door) => ["--entryPoints", door]);
  const args = ["--import", hook, typedoc, ...entries, ...OPTIONS, "--tsconfig", "tsconfig.json", "--out", apiFolder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
  const complaints = `${stdout}${stderr}`.split("\n").filter((line) => /error|warning/i.test(line));
  if (status !== 0) throw new Error(`TypeDoc refuses the sources:\n${complaints.join("\n")}`);
  const bare = undocumentedExports(complaints);
  if (bare.length > 0) throw new Error(`Exports without a docstring:\n${bare.join("\n")}`);
}

/** "baaljs/engine.Name (Interface), defined in FILE, does not ...", and not "baaljs/engine.Name.member (Property)". */
const UNDOCUMENTED = /\bbaaljs(?:\/[\w-]+)?\.(\w+) \(\w+\), defined in (\S+), does not have any documentation/;

/** Of TypeDoc's warnings those about an export itself, as `name, defined in file`; members may speak for themselves. */
export function undocumentedExports(warnings: readonly string[]): string[] {
  return warnings.flatMap((line) => {
    const [, name, file] = UNDOCUMENTED.exec(line) ?? [];
    return name && file ? [`${name}, defined in ${file.replace(/^[^/]+\//, "")}`] : [];
  });
}
