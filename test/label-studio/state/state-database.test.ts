import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { annotationTable } from "../../../src/label-studio/state/annotation-table.js";
import { migrations } from "../../../src/label-studio/state/migrations.js";
import { projectTable, versionTable } from "../../../src/label-studio/state/tables.js";
import { databaseForm, migrate } from "../../../src/system/migrate-database.js";
import { StateDatabase } from "../../../src/system/state-database.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";
import { annotation, projectKey } from "./test-records.js";

function openDatabase(path = join(temporaryFolder(), "test.db")): StateDatabase {
  const database = new StateDatabase(path);
  onTestFinished(() => database.close());
  return database;
}

describe("StateDatabase", () => {
  it("saves durably: with a log, and synchronized at each commit", () => {
    const database = openDatabase();
    expect(database.one("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
    expect(database.one("PRAGMA synchronous")).toEqual({ synchronous: 2 });
    expect(database.one("PRAGMA foreign_keys")).toEqual({ foreign_keys: 1 });
  });

  it("writes without waiting for the disk where that is asked for, alone or as a part, and waits again afterwards", () => {
    const database = openDatabase();
    migrate(database, migrations);
    const beside = new StateDatabase(database.path, { isOwner: false });
    const level = (one: StateDatabase) => one.one<{ synchronous: number }>("PRAGMA synchronous")!.synchronous;
    let within = 0;
    for (const one of [database, beside]) {
      const before = level(one);
      one.writeLazily((tick) => {
        within = level(one);
        return tick();
      });
      expect([within, level(one)]).toEqual([1, before]);
    }
    beside.close();
    const outer = database.write((tick) => {
      tick();
      database.writeLazily((inner) => inner());
      expect(() =>
        database.writeLazily((inner) => {
          inner();
          throw new Error("undone");
        }),
      ).toThrow("undone");
      return level(database);
    });
    expect([outer, level(database)]).toEqual([2, 2]);
  });

  it("changes nothing when the disk is full, says so, and goes on when there is space", () => {
    const database = openDatabase();
    migrate(database, migrations);
    const { id } = projectTable(database).project(projectKey);
    const table = annotationTable(database);
    table.saveAnnotations(id, [annotation(1)]);
    const clock = database.clock();
    const { page_count: pages } = database.one<{ page_count: number }>("PRAGMA page_count")!;
    database.exec(`PRAGMA max_page_count = ${pages + 20}`);
    const many = Array.from({ length: 5000 }, (_, at) => annotation(at + 1));
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(() => table.saveAnnotations(id, many)).toThrow(
        expect.objectContaining({ code: "E_STORE", message: expect.stringMatching(/SQLITE_FULL.*Free some space/) }),
      );
      expect(table.annotations(id)).toEqual([annotation(1)]);
      expect(database.clock()).toBe(clock);
    }
    // What is small enough is saved.
    expect(table.saveAnnotations(id, [annotation(2)])).toEqual({ stored: 1, unchanged: 0 });
    database.exec("PRAGMA max_page_count = 100000");
    expect(table.saveAnnotations(id, many)).toEqual({ stored: 4998, unchanged: 2 });
    expect(database.one("PRAGMA quick_check")).toEqual({ quick_check: "ok" });
  });

  it("undoes a transaction that throws", () => {
    const database = openDatabase();
    migrate(database, migrations);
    const projects = projectTable(database);
    const failing = () =>
      database.write((tick) => {
        tick();
        database.run("UPDATE clock SET value = 77");
        throw new Error("in the middle");
      });
    expect(failing).toThrow("in the middle");
    // SQLite itself undoes the transaction after some errors, and has none to undo then.
    const undone = () =>
      database.write(() => {
        database.exec("ROLLBACK");
        throw new Error("undone already");
      });
    expect(undone).toThrow("undone already");
    expect(database.clock()).toBe(0);
    expect(projects.project(projectKey).id).toBe(1);
    expect(database.clock()).toBe(1);
  });

  it("says E_STORE for a file that cannot be opened", () => {
    const folder = temporaryFolder();
    expect(() => openDatabase(folder)).toThrow(expect.objectContaining({ code: "E_STORE" }));
    rmSync(folder, { recursive: true });
    expect(() => openDatabase(join(folder, "a.db"))).toThrow(expect.objectContaining({ code: "E_STORE" }));
  });
});

describe("migrations", () => {
  it("are applied once each, and only those that are new", () => {
    const database = openDatabase();
    const steps = ["CREATE TABLE a (x)", "CREATE TABLE clock (value); INSERT INTO clock VALUES (0)"];
    migrate(database, steps);
    migrate(database, steps);
    expect(databaseForm(database)).toBe(2);
    database.exec("INSERT INTO a VALUES (1), (2)");
    migrate(database, [...steps, "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = 2 * x"]);
    expect(database.all("SELECT * FROM a")).toEqual([
      { x: 1, y: 2 },
      { x: 2, y: 4 },
    ]);
    expect(databaseForm(database)).toBe(3);
  });

  it("leave the database at the last step that worked", () => {
    const database = openDatabase();
    const steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"];
    expect(() => migrate(database, steps)).toThrow("nowhere");
    expect(databaseForm(database)).toBe(1);
    expect(database.all("SELECT name FROM sqlite_schema")).toEqual([{ name: "a" }]);
  });

  it("find out which versions' scores were pushed while only events told of it", () => {
    const database = openDatabase();
    migrate(database, migrations.slice(0, 2));
    database.exec("INSERT INTO projects VALUES (1, 'http://a', '1.2', '', '', NULL, 0), (2, 'http://b', '1.2', '', '', NULL, 0)");
    const event = (at: number, project: number, message: string) =>
      database.exec(`INSERT INTO events (at, project_id, level, message) VALUES (${at}, ${project}, 'info', '${message}')`);
    for (const [i, version] of ["v1-00_0", "v1-00x0", "v2"].entries())
      database.exec(`INSERT INTO versions VALUES (1, '${version}', ${i}, 'f', '[]', 1, 0, '{}', 0)`);
    event(7, 1, "Scores of v1-00_0 were pushed: 3 new, 0 there already, 0 left out.");
    event(8, 1, "Scores of v1-00_0 were pushed: 1 new, 3 there already, 0 left out.");
    event(9, 1, "Scores could not be pushed to Label Studio: v2");
    event(10, 2, "Scores of v2 were pushed: 1 new, 0 there already, 0 left out.");
    migrate(database, migrations);
    expect(database.all("SELECT version, scores_pushed_at FROM versions ORDER BY arrival")).toEqual([
      { version: "v1-00_0", scores_pushed_at: 8 },
      { version: "v1-00x0", scores_pushed_at: null },
      { version: "v2", scores_pushed_at: null },
    ]);
    const { hasPushedScores, scoresPushed } = versionTable(database);
    expect(["v1-00_0", "v2", "none"].map((version) => hasPushedScores(1, version))).toEqual([true, false, false]);
    scoresPushed(1, "v2");
    expect(hasPushedScores(1, "v2")).toBe(true);
    expect(() => scoresPushed(1, "none")).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });

  it("refuse a database of a newer program and leave it alone", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "baal.db");
    const database = openDatabase(path);
    migrate(database, [...migrations, "CREATE TABLE newer (x)"]);
    database.close();
    await expect(openTestStore(folder)).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringContaining("newer version"),
    });
    const again = openDatabase(path);
    expect(databaseForm(again)).toBe(migrations.length + 1);
    expect(again.all("SELECT * FROM newer")).toEqual([]);
  });
});
