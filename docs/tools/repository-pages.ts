import { readFileSync } from "node:fs";
import { absolutePath } from "./markdown-files.js";

/** Pages of the repository's root that the site shows too, by the names that they have there. */
export const repositoryPages: Readonly<Record<string, string>> = {
  architecture: "ARCHITECTURE.md",
  changelog: "CHANGELOG.md",
  contributing: "CONTRIBUTING.md",
  errata: "ERRATA.md",
  security: "SECURITY.md",
};

/** A page of the root as a page of `docs/reference`: its links lead to the same places from there. */
export function repositoryPage(name: string): string {
  let text = readFileSync(absolutePath(repositoryPages[name] ?? name), "utf8").replaceAll("](docs/", "](../");
  for (const [page, file] of Object.entries(repositoryPages)) text = text.replaceAll(`](${file}`, `](${page}.md`);
  return text;
}
