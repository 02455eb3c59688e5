import { unwatchFile, watchFile } from "node:fs";
import { errorMessage } from "../../core/errors.js";
import { HttpError } from "../../label-studio/contract/http-error.js";
import { sha256 } from "../../system/digest.js";
import type { Role, UserView } from "../api/contract.js";
import { oneTimeToken } from "./sessions.js";
import { addUser, readUsers, removeUser, type StudioUser, userOfToken } from "./users-file.js";

/** Who may sign in, and by what. */
export interface UserAccounts {
  users(): readonly UserView[];
  /** `undefined` for somebody who is no user any more. */
  roleOf(name: string): Role | undefined;
  /** Another text once the user has another token: sessions of the one before end. */
  proofOf(name: string): string;
  /** The user whose token this is. */
  userOf(token: string): Promise<string | undefined>;
  /** That the user has asked for something; {@link lastSeen} says when. */
  seen(name: string): void;
  /** In milliseconds since 1970, as far as this process knows. */
  lastSeen(name: string): number | undefined;
  /** What an admin may change; `undefined` where there is no file of users. */
  readonly file?: UsersFile | undefined;
  close(): void;
}

/** Changes of the file of users, one after the other; each reads it as it is then, and shows at once. */
export interface UsersFile {
  /** The token of a new user: only its hash is kept. Throws a 409 for a name that is taken. */
  add(name: string, role: Role): Promise<string>;
  /** A new token of a known user; the one before, and all that were signed in by it, are worth nothing from now on. */
  renew(name: string): Promise<string>;
  remove(name: string): Promise<void>;
}

/** Between two looks whether somebody else has changed the file. */
const LOOK_MS = 2000;

/** Those of a file of users, as it is at every moment. Throws as {@link readUsers} does. */
export async function accountsOfFile(path: string): Promise<UserAccounts> {
  let known: readonly StudioUser[] = await readUsers(path);
  const read = async () => {
    known = await readUsers(path);
  };
  // Who is added, or removed, needs no new start. A file that is wrong leaves those of before.
  const look = () =>
    void read().catch((error: unknown) =>
      process.emitWarning(`${errorMessage(error)} The users stay as they were.`, "BaalWarning"),
    );
  watchFile(path, { interval: LOOK_MS, persistent: false }, look);
  const find = (name: string) => known.find((user) => user.name === name);
  let last: Promise<unknown> = Promise.resolve();
  const change = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(async () => {
      await read();
      const result = await work();
      await read();
      return result;
    });
    last = done.catch(() => {});
    return done;
  };
  const found = (name: string): StudioUser => {
    const user = find(name);
    if (!user) throw new HttpError(404, "E_NOT_FOUND", `There is no user ${JSON.stringify(name)}.`);
    return user;
  };
  return {
    ...sightings(),
    users: () => known.map(({ name, role }) => ({ name, role })),
    roleOf: (name) => find(name)?.role,
    proofOf: (name) => sha256(find(name)?.tokenHash ?? "").slice(0, 16),
    userOf: async (token) => (await userOfToken(known, token))?.name,
    file: {
      add: (name, role) =>
        change(async () => {
          if (find(name)) throw new HttpError(409, "E_CONFLICT", `There is a user ${JSON.stringify(name)} already.`);
          return await addUser(path, name, role);
        }),
      renew: (name) => change(() => addUser(path, name, found(name).role)),
      remove: (name) =>
        change(async () => {
          const { role } = found(name);
          if (role === "admin" && known.filter((user) => user.role === "admin").length === 1)
            throw new HttpError(409, "E_CONFLICT", "This is the only admin: make somebody else one before.");
          await removeUser(path, name);
        }),
    },
    close: () => unwatchFile(path, look),
  };
}

/** Whoever has started the studio, alone: in each browser with a token of its own. `onNew` is told of the next one. */
export function soleAccount(name: string, onNew: (token: string) => void): UserAccounts & { readonly token: () => string } {
  const token = oneTimeToken(onNew);
  return {
    ...sightings(),
    users: () => [{ name, role: "admin" }],
    roleOf: (other) => (other === name ? "admin" : undefined),
    proofOf: () => "",
    userOf: async (given) => (token.use(given) ? name : undefined),
    token: token.current,
    close() {},
  };
}

function sightings(): Pick<UserAccounts, "seen" | "lastSeen"> {
  const at = new Map<string, number>();
  return { seen: (name) => void at.set(name, Date.now()), lastSeen: (name) => at.get(name) };
}
