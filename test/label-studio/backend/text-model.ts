import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTinyModel } from "../../cli/tiny-model.js";
import { type BuiltCli, builtCli } from "./built-cli.js";

/** A built command line, a tiny model of texts, and a place for state folders; for all tests of a file. */
export interface Workplace extends BuiltCli {
  readonly model: string;
  at(name: string): string;
}

export async function textWorkplace(): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), "baaljs-backend-"));
  await writeTinyModel(folder);
  const built = builtCli();
  return {
    main: built.main,
    model: join(folder, "model"),
    at: (name) => join(folder, name),
    remove() {
      built.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
