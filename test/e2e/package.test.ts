import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadedBy } from "../entries/loaded-modules.js";
import { type InstalledPackage, installPackage, run, tool } from "./installed-package.js";

const folder = mkdtempSync(join(tmpdir(), "baaljs-package-"));
let installed: InstalledPackage;

afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  installed = await installPackage(folder);
  if (installed.linkedBecause !== undefined) console.log(`Not installed by npm: ${installed.linkedBecause}.`);
}, 600_000);

/** Paths of all built JavaScript files. */
const scripts = () =>
  readdirSync(join(installed.location, "dist"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(installed.location, "dist", file));

/** Paths of the declarations that a user's compiler reads: those of the doors, and what these import. */
function declarations(): string[] {
  const dist = join(installed.location, "dist");
  const entries = readdirSync(join(dist, "entries")).filter((file) => file.endsWith(".d.ts"));
  const found = new Set([join(dist, "index.d.ts"), ...entries.map((file) => join(dist, "entries", file))]);
  // A set goes on to what is added to it meanwhile.
  for (const file of found) {
    for (const name of importsOf(file).filter((path) => path.startsWith("."))) {
      found.add(join(dirname(file), name.replace(/\.js$/, ".d.ts")));
    }
  }
  return [...found];
}

/** What a file imports, statically, on demand or by `require`. Examples in comments import the package itself. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8").replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
  return [...text.matchAll(/(?:from|import\(|import|\(import\.meta\.url\)\()\s*"([^"]+)"/g)].map(([, name]) => name!);
}

/** Names of the packages that files import. */
function importedPackages(files: readonly string[]): string[] {
  const packages = files
    .flatMap(importsOf)
    .filter((name) => /^@?[a-z][\w./-]*$/.test(name) && !builtinModules.includes(name))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  return [...new Set(packages)].sort();
}

/** Paths under which the package is imported: `baaljs`, `baaljs/engine`, ... */
const doors = () =>
  Object.keys(installed.manifest.exports)
    .filter((path) => !path.endsWith(".json"))
    .map((path) => `baaljs${path.slice(1)}`);

const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: installed.project });
const script = (text: string) => node("--input-type=module", "-e", text);

describe("the package as npm installs it", () => {
  it("declares what it imports, and nothing else", () => {
    const declared = Object.keys(installed.manifest.dependencies).filter((name) => !name.startsWith("@types/"));
    // Loaded where the user has installed it.
    const optional = new Set(Object.keys(installed.manifest.peerDependencies));
    expect(importedPackages(scripts()).filter((name) => !optional.has(name))).toEqual(declared.sort());
  });

  it("declares the packages that its types name", () => {
    const { dependencies } = installed.manifest;
    for (const name of importedPackages(declarations())) {
      if (name !== "usearch") expect(dependencies, name).toHaveProperty([name]);
    }
    expect(dependencies).toHaveProperty(["@types/node"]);
  });

  it("runs the main example", { timeout: 300_000 }, async () => {
    const example = readFileSync("examples/library.ts", "utf8").replaceAll('"../src/index.js"', '"baaljs"');
    expect(example).toContain('from "baaljs"');
    writeFileSync(join(installed.project, "library.mjs"), example);
    const { stdout } = await node("library.mjs", "1");
    expect(stdout).toMatch(/^200 labels: \{/m);
  });

  it("is imported and required by every door, with the same names", async () => {
    writeFileSync(
      join(installed.project, "require.cjs"),
      "console.log(JSON.stringify(process.argv.slice(2).map((door) => Object.keys(require(door)).sort())));",
    );
    const required = JSON.parse((await node("require.cjs", ...doors())).stdout) as string[][];
    const imports = `Promise.all(${JSON.stringify(doors())}.map((door) => import(door).then((names) => Object.keys(names).sort())))`;
    const imported = JSON.parse((await script(`console.log(JSON.stringify(await ${imports}))`)).stdout) as string[][];
    // `module.exports` of a required ES module has a mark of its own.
    expect(required.map((names) => names.filter((name) => name !== "__esModule"))).toEqual(imported);
    for (const [i, names] of imported.entries()) expect(names.length, doors()[i]).toBeGreaterThan(1);
  });

  const settings = [
    ["bundler", "esnext"],
    ["node16", "node16"],
    ["nodenext", "nodenext"],
  ] as const;

  it.each(settings)(
    "has types for moduleResolution %s, without skipLibCheck",
    { timeout: 300_000 },
    async (resolution, module) => {
      const { project } = installed;
      const uses = doors().map((door, i) => `import * as door${i} from "${door}";`);
      const text = `${uses.join("\n")}
      import { bald, BaalTrainer, type Predictions, TextClassifier } from "baaljs";
      export const doors: readonly object[] = [${uses.map((_, i) => `door${i}`).join(", ")}];
      export const scores = (given: Predictions): ArrayLike<number> => bald().score(given);
      export async function train(texts: string[]): Promise<void> {
        const model = await TextClassifier.fromPretrained("folder");
        // @ts-expect-error A batch size is a number.
        new BaalTrainer({ model, args: { batchSize: "many" } });
        texts.at(0);
      }`;
      // TypeScript reads a file for CommonJS as one for require() from nodenext on alone.
      const names = resolution === "nodenext" ? ["use.mts", "use.cts"] : ["use.mts"];
      for (const name of names) writeFileSync(join(project, name), text);
      const options = {
        module,
        moduleResolution: resolution,
        target: "es2022",
        types: ["node"],
        strict: true,
        skipLibCheck: false,
      };
      writeFileSync(
        join(project, `tsconfig.${resolution}.json`),
        JSON.stringify({ compilerOptions: { ...options, noEmit: true }, files: names }),
      );
      for (const compiler of ["typescript", "typescript-6"]) {
        const { stdout } = await node(tool(compiler, "bin", "tsc"), "-p", `tsconfig.${resolution}.json`).catch(
          (error: { readonly stdout: string }) => error,
        );
        expect(stdout, compiler).toBe("");
      }
    },
  );

  it.each(["heuristics", "strategies", "metrics", "calibration"])("baaljs/%s loads no native module", async (door) => {
    const { natives, packages } = await loadedBy(`baaljs/${door}`, { cwd: installed.project });
    expect(natives).toEqual([]);
    expect(packages.filter((name) => name !== "baaljs" && name !== "pure-rand")).toEqual([]);
  });

  it("baaljs loads no native module, server or charts", async () => {
    const { natives, packages } = await loadedBy("baaljs", { cwd: installed.project });
    expect(natives).toEqual([]);
    for (const name of ["express", "echarts", "sharp", "onnxruntime-node", "libsql", "pino"])
      expect(packages).not.toContain(name);
  });

  it("runs its commands", { timeout: 300_000 }, async () => {
    const bin = join(installed.location, "dist", "cli", "main.js");
    expect(readFileSync(bin, "utf8").startsWith("#!/usr/bin/env node")).toBe(true);
    const help = await node(bin, "--help");
    for (const command of ["demo", "train", "predict", "serve", "doctor"]) expect(help.stdout).toContain(command);
    await expect(node(bin, "--nonsense")).rejects.toMatchObject({ code: 2 });
    const demo = "demo --initial-labels 40 --query-size 20 --rounds 1 --iterations 3 --strategies random --json";
    const result = await node(bin, ...demo.split(" "));
    expect(JSON.parse(result.stdout)).toMatchObject({ curves: [{ strategy: "random", points: [{ labels: 40 }] }] });
  });
});
