import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";
import { unlessMissing, writeFileAtomic } from "../../system/files.js";
import { PRIVATE_FILE } from "../../system/private-files.js";
import type { Role } from "../api/contract.js";

/** Somebody who may label, as the file of users has it. */
export interface StudioUser {
  readonly name: string;
  readonly role: Role;
  /** `scrypt:N:r:p:salt:key`, the last two in base64url. */
  readonly tokenHash: string;
}

const NAME = /^[\p{L}\p{N}_-][\p{L}\p{N}_@+-]{0,99}$/u;

const usersFile = z.strictObject({
  users: z
    .array(
      z.strictObject({
        name: z.string().regex(NAME, "should be letters, digits, -, _, @ and +"),
        role: z.enum(["annotator", "reviewer", "admin"]),
        tokenHash: z.string().regex(/^scrypt:\d+:\d+:\d+:[\w-]+:[\w-]+$/, "should be what baal studio --add-user has written"),
      }),
    )
    .min(1),
});

/** Reads the users. Throws `E_FILE_NOT_FOUND`, and `E_DATA` with what is wrong where. */
export async function readUsers(path: string): Promise<readonly StudioUser[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new BaalError("E_FILE_NOT_FOUND", `${path} is not there or cannot be read: --add-user NAME makes it.`, { cause });
  });
  const parsed = usersFile.safeParse(parsedYaml(path, text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BaalError("E_DATA", `${path}, ${issue!.path.join(".") || "the file"}: ${issue!.message}.`);
  }
  const names = parsed.data.users.map(({ name }) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw new BaalError("E_DATA", `${path}: the user ${JSON.stringify(twice)} is there twice.`);
  return parsed.data.users;
}

function parsedYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new BaalError("E_DATA", `${path} is no YAML: ${errorMessage(cause)}`, { cause });
  }
}

/** Adds a user to the file, or gives a known one a new token, which comes back: only its hash is kept. */
export async function addUser(path: string, name: string, role: Role): Promise<string> {
  if (!NAME.test(name))
    throw new BaalError("E_ARGUMENT", `A user's name is made of letters, digits, -, _, @ and +; ${JSON.stringify(name)} came.`);
  const isThere = (await readFile(path).catch(unlessMissing)) !== undefined;
  const others = isThere ? (await readUsers(path)).filter((user) => user.name !== name) : [];
  const secret = randomBytes(24).toString("base64url");
  const users = [...others, { name, role, tokenHash: await hashToken(secret) }];
  await writeUsers(path, users);
  return `${name}.${secret}`;
}

/** Takes a user out of the file. Throws `E_DATA` for the last one: a file of nobody lets nobody in. */
export async function removeUser(path: string, name: string): Promise<void> {
  const others = (await readUsers(path)).filter((user) => user.name !== name);
  if (others.length === 0) throw new BaalError("E_DATA", `${path} would have no users: add another one before.`);
  await writeUsers(path, others);
}

/** Its owner's alone: hashes can be guessed at. */
async function writeUsers(path: string, users: readonly StudioUser[]): Promise<void> {
  await writeFileAtomic(path, stringify({ users }), { mode: PRIVATE_FILE });
}

/** Of scrypt (RFC 7914): 16 MiB and some ten milliseconds a guess. */
const COST = { N: 2 ** 14, r: 8, p: 1 };
const KEY_BYTES = 32;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

async function hashToken(secret: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(secret, salt, KEY_BYTES, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join(":");
}

/** The user whose token `NAME.SECRET` is; the time that it takes does not tell names. */
export async function userOfToken(users: readonly StudioUser[], token: string): Promise<StudioUser | undefined> {
  const at = token.lastIndexOf(".");
  const user = users.find(({ name }) => name === token.slice(0, at));
  const [, N, r, p, salt, key] = (user ?? users[0]!).tokenHash.split(":") as [string, string, string, string, string, string];
  const expected = Buffer.from(key, "base64url");
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: 256 * 1024 ** 2 };
  const made = await derive(token.slice(at + 1), Buffer.from(salt, "base64url"), expected.length, options);
  return timingSafeEqual(made, expected) ? user : undefined;
}
