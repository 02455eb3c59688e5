import { z } from "zod";

/** Describes a backup, as `backup.json` beside its `baal.db` and `models/`. */
export const BACKUP = z.object({ format: z.literal(1), createdAt: z.number(), databaseSha256: z.string() });

export type Backup = z.infer<typeof BACKUP>;

export const backupFile = "backup.json";

/** A file of a backup: its name in there, with slashes, and where it is. */
export interface BackupEntry {
  readonly name: string;
  readonly path: string;
}

/** Whether a path is that of an archive in place of a folder. */
export function isArchive(path: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/i.test(path);
}

export function isCompressed(path: string): boolean {
  return /gz$/i.test(path);
}
