import Database from "libsql";
import { errorMessage } from "../../errors.js";
import { openConnection, storeError } from "./state-database.js";

/**
 * What is wrong with a database file, by SQLite's own quick check of its structure, or `undefined`.
 *
 * The check is a constraint that is broken by any finding, so that it needs no prepared statement: a connection with one lives on after
 * `close()` (tursodatabase/libsql-js#228), and would later remove the write-ahead log of whatever file then has this path.
 */
export function databaseDamage(path: string): string | undefined {
  const connection = openConnection(path);
  try {
    connection.exec("CREATE TEMP TABLE checked (quick_check TEXT CHECK (quick_check = 'ok'))");
    connection.exec("INSERT INTO checked SELECT quick_check FROM pragma_quick_check");
    return undefined;
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return errorMessage(error);
    if (error.code.startsWith("SQLITE_CONSTRAINT")) return "its structure fails SQLite's check";
    throw storeError(error, path);
  } finally {
    connection.close();
  }
}
