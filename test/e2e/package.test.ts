import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..", "..");

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The package as a user gets it: built, packed, unpacked into an empty project. */
async function installed(): Promise<{ readonly project: string; readonly location: string; readonly manifest: Manifest }> {
  const folder = temporaryFolder();
  const copy = join(folder, "copy");
  mkdirSync(copy);
  for (const name of ["package.json", "tsconfig.json", "src", "models", "datasets", "LICENSE", "README.md"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  await run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc")], { cwd: copy });
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: copy });
  const project = join(folder, "project");
  const location = join(project, "node_modules", "baaljs");
  mkdirSync(location, { recursive: true });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run("tar", ["-xzf", join(folder, filename), "-C", location, "--strip-components=1"]);
  const manifest = JSON.parse(readFileSync(join(location, "package.json"), "utf8")) as Manifest;
  linkDependencies(project, Object.keys(manifest.dependencies));
  return { project, location, manifest };
}

/** Only what package.json declares, and what that needs in turn: an undeclared import fails. */
function linkDependencies(project: string, names: readonly string[]): void {
  const pending = [...names];
  const seen = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const source = join(root, "node_modules", name);
    if (seen.has(name) || !existsSync(source)) continue;
    seen.add(name);
    mkdirSync(join(project, "node_modules", name, ".."), { recursive: true });
    symlinkSync(source, join(project, "node_modules", name));
    const { dependencies = {} } = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as Partial<Manifest>;
    pending.push(...Object.keys(dependencies));
  }
}

it("the packed package imports, declares what it imports, and runs its commands", async () => {
  const { project, location, manifest } = await installed();

  const built = readdirSync(join(location, "dist"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
  const imported = new Set(
    built.flatMap((file) =>
      [...readFileSync(join(location, "dist", file), "utf8").matchAll(/(?:from|import\()\s*"([^."][^"]*)"/g)].map(
        ([, name]) => name!,
      ),
    ),
  );
  const packages = [...imported]
    .filter((name) => /^@?[a-z][\w./-]*$/.test(name) && !builtinModules.includes(name))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  expect([...new Set(packages)].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  expect(existsSync(join(location, "dist", "index.d.ts"))).toBe(true);

  const script = `
    import { bald, BaalTrainer, loadEmbeddedIntents, TextClassifier } from "baaljs";
    const { train } = await loadEmbeddedIntents();
    console.log(train.length, bald().name, typeof BaalTrainer, typeof TextClassifier.fromPretrained);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: project });
  expect(stdout.trim()).toBe("3000 bald function function");

  const bin = join(location, "dist", "cli", "main.js");
  expect(readFileSync(bin, "utf8").startsWith("#!/usr/bin/env node")).toBe(true);
  const help = await run(process.execPath, [bin, "--help"], { cwd: project });
  for (const command of ["demo", "train", "predict", "serve"]) expect(help.stdout).toContain(command);
  await expect(run(process.execPath, [bin, "--nonsense"], { cwd: project })).rejects.toMatchObject({ code: 2 });
  const demo = [
    "demo",
    "--initial-labels",
    "40",
    "--query-size",
    "20",
    "--rounds",
    "1",
    "--iterations",
    "3",
    "--strategies",
    "random",
    "--json",
  ];
  const result = await run(process.execPath, [bin, ...demo], { cwd: project });
  expect(JSON.parse(result.stdout)).toMatchObject({ curves: [{ strategy: "random", points: [{ labels: 40 }] }] });
}, 120_000);
