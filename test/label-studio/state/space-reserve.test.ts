import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { keepReserve, withReserve } from "../../../src/system/disk-reserve.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "./open-test-store.js";

const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
const fullInside = new BaalError("E_STORE", "full", { cause: Object.assign(new Error("full"), { code: "SQLITE_FULL" }) });

describe("the reserve of a store", () => {
  it("is there from the first start on, and again after it was used", async () => {
    const folder = temporaryFolder();
    for (let start = 0; start < 2; start++) {
      await (await openTestStore(folder)).close();
      expect(statSync(join(folder, "reserve")).size).toBe(1 << 20);
      rmSync(join(folder, "reserve"));
    }
  });

  it.each([["a file", full] as const, ["the database", fullInside] as const])(
    "is given up when %s finds the disk full",
    async (_, error) => {
      const folder = temporaryFolder();
      await keepReserve(folder);
      const opening = withReserve(folder, async () => {
        if (existsSync(join(folder, "reserve"))) throw error;
        return "open";
      });
      expect(await opening).toBe("open");
    },
  );

  it("stays where something else is wrong, and cannot help twice", async () => {
    const folder = temporaryFolder();
    await keepReserve(folder);
    const locked = new BaalError("E_LOCKED", "held");
    await expect(withReserve(folder, () => Promise.reject(locked))).rejects.toBe(locked);
    expect(existsSync(join(folder, "reserve"))).toBe(true);
    let tries = 0;
    const opening = withReserve(folder, () => {
      tries++;
      return Promise.reject(full);
    });
    await expect(opening).rejects.toMatchObject({
      code: "E_STORE",
      message: expect.stringContaining("disk is full"),
      cause: full,
    });
    expect(tries).toBe(2);
  });
});
