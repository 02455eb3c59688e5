import { Parser } from "htmlparser2";

/** Elements whose contents a browser does not show. */
const HIDDEN: ReadonlySet<string> = new Set([
  "style",
  "script",
  "template",
  "title",
  "noscript",
  "iframe",
  "object",
  "audio",
  "video",
  "datalist",
]);

/** Elements that stand within a line: what is before and behind them may be one word. */
const INLINE: ReadonlySet<string> = new Set(
  "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike strong sub sup time tt u var wbr".split(
    " ",
  ),
);

/** Shown by no font: a place where a word may be broken, or must not be. */
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/g;

/**
 * The text that a person sees of an HTML document: without style sheets, scripts, comments and what is hidden, entities decoded, words in one piece where
 * a tag is within them, blanks as single spaces. Nothing is rendered from it.
 */
export function visibleText(html: string): string {
  const parts: string[] = [];
  let hidden = 0;
  const edge = (name: string) => {
    if (!INLINE.has(name)) parts.push(" ");
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      edge(name);
      if (hidden > 0 || isHidden(name, attributes)) hidden++;
    },
    ontext(text) {
      if (hidden === 0) parts.push(text);
    },
    onclosetag(name) {
      edge(name);
      if (hidden > 0) hidden--;
    },
  });
  parser.end(html);
  return parts.join("").replace(INVISIBLE, "").replace(/\s+/g, " ").trim();
}

function isHidden(name: string, attributes: Readonly<Record<string, string>>): boolean {
  return (
    HIDDEN.has(name) ||
    "hidden" in attributes ||
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i.test(attributes["style"] ?? "")
  );
}
