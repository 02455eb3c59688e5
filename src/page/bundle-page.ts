import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The script and the style of a page, whole: no file of it is elsewhere. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/** Makes one script and one style of a page's sources, with what they import. Throws what esbuild throws. */
export async function bundlePage(entry: string): Promise<PageFiles> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [entry],
    ...{ bundle: true, write: false, minify: true, format: "esm", target: "es2022", outdir: "/", legalComments: "inline" },
    ...{ jsx: "automatic", jsxImportSource: "preact", logLevel: "silent", loader: { ".woff2": "dataurl" } },
  });
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: text(".js"), style: text(".css") };
}

/** Writes the pages of the sources in `src` into the folder of the built package. */
export async function writePages({ src, dist }: { readonly src: string; readonly dist: string }): Promise<void> {
  for (const room of ["label-studio", "studio"]) {
    const { script, style } = await bundlePage(resolve(src, room, "page", "page.tsx"));
    const folder = join(dist, room, "page");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "page.js"), script);
    await writeFile(join(folder, "page.css"), style);
  }
}
