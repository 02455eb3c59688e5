import { describe, expect, it } from "vitest";
import { hostNames, projectOfCall, projectOfEvent } from "../../../src/label-studio/backend/find-project.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStore } from "../state/open-test-store.js";

const key = "7.1700000000";
const event = { id: 7, key, title: undefined };

describe("the names of a Label Studio", () => {
  it("are one where they differ in nothing that matters", () => {
    const name = hostNames();
    for (const same of ["HTTP://Labels.Example.org:80/", "http://labels.example.org", " http://labels.example.org// "]) {
      expect(name(same)).toBe("http://labels.example.org");
    }
    expect(name("https://labels.example.org/studio/")).toBe("https://labels.example.org/studio");
    expect(name("")).toBe("");
    expect(name("not an address")).toBe("not an address");
  });

  it("lead to the first one, over several moves, and not in a circle", () => {
    const name = hostNames([
      ["https://third.org/", "http://second.org"],
      ["http://second.org", "http://first.org:8080"],
    ]);
    for (const one of ["https://third.org", "http://second.org", "http://first.org:8080"]) {
      expect(name(one)).toBe("http://first.org:8080");
    }
    expect(name("http://other.org")).toBe("http://other.org");
    expect(() =>
      hostNames([
        ["http://a.org", "http://b.org"],
        ["http://b.org/", "http://a.org"],
      ]),
    ).toThrow(/circle/);
  });
});

describe("a Label Studio that goes by another name", () => {
  const setUp = async (aliases: readonly (readonly [string, string])[]) => {
    const store = await openTestStore(temporaryFolder());
    return { store, hostName: hostNames(aliases) };
  };

  it("is another one for the server, until it is told", async () => {
    const known = await setUp([]);
    const before = projectOfCall(known, { project: key, hostname: "http://old.org" });
    expect(projectOfCall(known, { project: key, hostname: "http://OLD.org/" }).id).toBe(before.id);
    expect(projectOfEvent(known, event)?.id).toBe(before.id);
    const after = projectOfCall(known, { project: key, hostname: "http://new.org" });
    expect(after.id).not.toBe(before.id);
    expect(projectOfEvent(known, event)).toBeUndefined();

    // Told later: what was made under the new name meanwhile is not asked for any more.
    const told = { ...known, hostName: hostNames([["http://new.org", "http://old.org"]]) };
    for (const hostname of ["http://new.org/", "http://old.org"]) {
      expect(projectOfCall(told, { project: key, hostname }).id).toBe(before.id);
    }
    expect(projectOfEvent(told, event)?.id).toBe(before.id);
    // Others stay others.
    expect(projectOfCall(told, { project: key, hostname: "http://third.org" }).id).not.toBe(before.id);
    expect(projectOfEvent(told, event)).toBeUndefined();
  });
});
