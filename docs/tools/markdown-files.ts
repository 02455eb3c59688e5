import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { docsFolder, NO_PAGES, root } from "./places.js";

/** Pages that stand beside the sources, for people who read the repository. */
const BESIDE_THE_SOURCES = [
  "README.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "ERRATA.md",
  "SECURITY.md",
  "datasets/README.md",
  "examples/docker/README.md",
];

/** All Markdown that people read, as paths from the repository's root with `/`; generated pages are there once they have been made. */
export function markdownFiles(): string[] {
  return [...BESIDE_THE_SOURCES, ...docsPages().map((page) => `docs/${page}`)];
}

/** The pages of the site, as paths from `docs` with `/`, sorted. */
function docsPages(): string[] {
  const pages = readdirSync(docsFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(docsFolder, join(entry.parentPath, entry.name)).split(sep).join("/"));
  return pages.filter((page) => !NO_PAGES.has(page.split("/")[0]!)).sort();
}

/** An absolute path of one of {@link markdownFiles}. */
export function absolutePath(file: string): string {
  return join(root, file);
}
