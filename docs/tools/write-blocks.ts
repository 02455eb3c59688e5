import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CodeBlock, codeBlocks, moduleOf } from "./code-blocks.js";
import { blocksFolder } from "./places.js";

/** A block as a file. */
export interface WrittenBlock extends CodeBlock {
  readonly path: string;
}

/** The package's names mean the sources: what the documentation shows is checked against what is there now. */
const TSCONFIG = {
  extends: "../../tsconfig.json",
  compilerOptions: {
    noEmit: true,
    rootDir: "../..",
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: { baaljs: ["../../src/index.ts"], "baaljs/*": ["../../src/entries/*.ts"] },
  },
  include: ["*.ts"],
};

/** Writes every block as a module into the folder of blocks, with a `tsconfig.json` in which `baaljs` means the sources. */
export function writeBlocks(): WrittenBlock[] {
  rmSync(blocksFolder, { recursive: true, force: true });
  mkdirSync(blocksFolder, { recursive: true });
  writeFileSync(join(blocksFolder, "tsconfig.json"), JSON.stringify(TSCONFIG, null, 2));
  return codeBlocks().map((block) => {
    const name = block.file.replace(/\.(md|ts)$/, "").replace(/[^A-Za-z0-9]+/g, "-");
    const path = join(blocksFolder, `${name}-${block.line}.ts`);
    writeFileSync(path, moduleOf(block));
    return { ...block, path };
  });
}
