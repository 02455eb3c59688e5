import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { absolutePath, markdownFiles } from "./markdown-files.js";

const CODE = /^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1[ \t]*$|(?<!`)`[^`\n]+`(?!`)/gm;
const LINK = /\[(?:[^\][]|\[[^\]]*\])*\]\(\s*<?([^()\s>]+(?:\([^()\s]*\))?)>?(?:\s+"[^"]*")?\s*\)/g;
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** Links of all pages to files or headings that are not there, as `file: link` with the reason. Addresses elsewhere are not asked for. */
export function brokenLinks(files: readonly string[] = markdownFiles()): string[] {
  const anchors = new Map<string, ReadonlySet<string>>();
  const anchorsOf = (file: string) => {
    const known = anchors.get(file) ?? headingAnchors(readFileSync(absolutePath(file), "utf8"));
    anchors.set(file, known);
    return known;
  };
  return files.flatMap((file) => {
    const text = readFileSync(absolutePath(file), "utf8").replaceAll(CODE, "");
    return Array.from(text.matchAll(LINK), ([, link = ""]) => link)
      .filter((link) => !ELSEWHERE.test(link))
      .flatMap((link) => {
        const fault = faultOf(file, link, anchorsOf);
        return fault === undefined ? [] : [`${file}: ${link} ${fault}`];
      });
  });
}

function faultOf(file: string, link: string, anchorsOf: (file: string) => ReadonlySet<string>): string | undefined {
  const [path = "", anchor] = decodeURI(link).split("#");
  const target = path === "" ? file : pageOf(file, path);
  if (target === undefined) return "is no file";
  if (anchor === undefined || anchor === "" || !target.endsWith(".md")) return undefined;
  return anchorsOf(target).has(anchor) ? undefined : `has no heading #${anchor}`;
}

/** The file that a link means; from the site's root where it begins with `/`, as VitePress reads it. */
function pageOf(file: string, path: string): string | undefined {
  const base = path.startsWith("/") ? join("docs", path) : join(dirname(file), path);
  const candidates = [base, `${base}.md`, join(base, "index.md"), join("docs", "public", path)].map((name) => normalize(name));
  const found = candidates.find((name) => existsSync(absolutePath(name)) && statSync(absolutePath(name)).isFile());
  return found ?? (existsSync(absolutePath(base)) && !file.startsWith("docs/") ? normalize(base) : undefined);
}

/** The anchors of a page's headings as VitePress makes them, which for these headings is also how GitHub does. */
export function headingAnchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = text.replaceAll(/^(```|~~~)[\s\S]*?^\1[ \t]*$/gm, "").matchAll(/^#{1,6}\s+(.+?)\s*$/gm);
  const anchors = new Set(Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id = ""]) => id));
  for (const [, heading = ""] of headings) {
    const explicit = /\{#([^}]+)\}$/.exec(heading)?.[1];
    const slug = explicit ?? slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "")
    .replace(/\\/g, "")
    .normalize("NFKD")
    .replace(/[\u0300-\u036F]/g, "")
    .replace(/[\s~!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^-+|-+$/g, "")
    .replace(/^(\d)/, "_$1")
    .toLowerCase();
}
