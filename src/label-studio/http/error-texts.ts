/** A message may quote what came, however long that is. */
const LONGEST = 1000;
/** Proxies limit the first line of an answer. */
const LONGEST_PHRASE = 300;

/** A message that quotes something of any length, such as the name of a tag, in a length that logs and people take. */
export function shortened(message: string): string {
  const readable = message.replace(/\p{Cc}+/gu, " ");
  return readable.length <= LONGEST ? readable : `${readable.slice(0, LONGEST)} ... (${readable.length} characters)`;
}

/** A message without the folders of this machine: `/srv/state/baal.db` is `baal.db`. Addresses (`http://...`) and Label Studio's calls stay. */
export function withoutPaths(message: string): string {
  return message
    .replace(/(?<![\w:/.])(?:file:\/\/)?(?:\/[^\s/"'`:;,()<>]+){2,}\/?/g, lastName)
    .replace(/(?<![\w/])[A-Za-z]:[\\/](?:[^\s\\/"'`:;,()<>]+[\\/]?)+/g, lastName);
}

function lastName(path: string): string {
  if (/^\/(?:api|tasks)\//.test(path)) return path;
  const [last = ""] = path
    .split(/[\\/]/)
    .filter((part) => part !== "")
    .slice(-1);
  return last;
}

/** A message as the reason in the first line of an answer, which takes letters of ASCII alone. */
export function reasonPhrase(message: string): string {
  return message
    .replace(/[^\x20-\x7e]/g, "?")
    .replace(/\s+/g, " ")
    .slice(0, LONGEST_PHRASE)
    .trim();
}
