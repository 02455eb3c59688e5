/** One form for texts that read the same: Unicode's NFKC, lower case, single spaces, none at the ends. */
export function normalizeText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}
