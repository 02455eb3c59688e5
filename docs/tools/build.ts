/**
 * Builds the documentation site into docs/.vitepress/dist, offline: npm run docs
 * The pages of commands, error codes and exports are made from the sources first. An export without a docstring, a link that leads nowhere
 * and an unknown anchor end it with exit code 1.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vitepress";
import { writeApiReference } from "./api-reference.js";
import { brokenLinks } from "./broken-links.js";
import { cliReference } from "./cli-reference.js";
import { configKeysTable } from "./config-keys.js";
import { errorCodesPage } from "./error-codes.js";
import { operatorsPage } from "./operators.js";
import { docsFolder } from "./places.js";
import { repositoryPage, repositoryPages } from "./repository-pages.js";
import { strategyNamesTable } from "./strategy-names.js";
import { trainingArgumentsTable } from "./training-arguments.js";

const GENERATED = {
  cli: cliReference,
  errors: errorCodesPage,
  "config-keys": configKeysTable,
  "training-arguments": trainingArgumentsTable,
  operators: operatorsPage,
  "strategy-names": strategyNamesTable,
};

mkdirSync(join(docsFolder, "reference"), { recursive: true });
for (const [name, make] of Object.entries(GENERATED)) writeFileSync(join(docsFolder, "reference", `${name}.md`), await make());
for (const name of Object.keys(repositoryPages)) writeFileSync(join(docsFolder, "reference", `${name}.md`), repositoryPage(name));
writeApiReference();
const broken = brokenLinks();
if (broken.length > 0) throw new Error(`Links that lead nowhere:\n${broken.join("\n")}`);
await build(docsFolder);
