import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The sources of the documentation site. */
export const docsFolder = fileURLToPath(new URL("../", import.meta.url));

/** Where the code blocks go as files while they are checked; ignored by git. */
export const blocksFolder = fileURLToPath(new URL("../.blocks/", import.meta.url));

/** Folders of `docs` that hold no pages to check. */
export const NO_PAGES = new Set(["node_modules", ".vitepress", ".blocks", "tools", "preludes"]);
