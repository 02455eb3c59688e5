import { describe, expect, it } from "vitest";
import { type ProjectFinderOptions, projectFinder } from "../../../src/label-studio/backend/find-project.js";
import { type HostAliases, hostNames } from "../../../src/label-studio/backend/host-aliases.js";
import { canBeThere, ownProject } from "../../../src/label-studio/backend/push-project.js";
import type { Store } from "../../../src/label-studio/state/store.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { clientOf, config, studioOf } from "../api/studio-client.js";
import { openTestStore } from "../state/open-test-store.js";
import { addTestVersion } from "../state/test-version.js";

const project = "7.1700000000";
const event = { id: 7, key: project, title: "Moods", labelConfig: config };

/** A busy machine is no fault. */
const patience = { timeout: 60_000 };

describe("the names of a Label Studio", () => {
  it("are one where they differ in nothing that matters", () => {
    const { nameOf } = hostNames();
    for (const same of ["HTTP://Labels.Example.org:80/", "http://labels.example.org", " http://labels.example.org// "]) {
      expect(nameOf(same)).toBe("http://labels.example.org");
    }
    expect(nameOf("https://labels.example.org/studio/")).toBe("https://labels.example.org/studio");
    expect(nameOf("")).toBe("");
    expect(nameOf("not an address")).toBe("not an address");
  });

  it("lead to the first one, over several moves, and not in a circle", () => {
    const { nameOf } = hostNames([
      ["https://third.org/", "http://second.org"],
      ["http://second.org", "http://first.org:8080"],
    ]);
    for (const one of ["https://third.org", "http://second.org", "http://first.org:8080"]) {
      expect(nameOf(one)).toBe("http://first.org:8080");
    }
    expect(nameOf("http://other.org")).toBe("http://other.org");
    expect(() =>
      hostNames([
        ["http://a.org", "http://b.org"],
        ["http://b.org/", "http://a.org"],
      ]),
    ).toThrow(/circle/);
  });
});

interface Setting {
  readonly aliases?: HostAliases;
  readonly canBe?: ProjectFinderOptions["canBe"];
}

function finderOf(store: Store, { aliases, canBe }: Setting = {}) {
  const told: string[] = [];
  const finder = projectFinder({ store, names: hostNames(aliases), tell: (_, message) => told.push(message), canBe });
  const setUp = (hostname: string, labelConfig = config) => {
    const { project: found, isSure } = finder.ofSetup({ hostname, project, labelConfig });
    if (isSure) store.saveConfig(found.id, { labelConfig });
    return found.id;
  };
  return { ...finder, told, setUp };
}

const opened = () => openTestStore(temporaryFolder());

function annotation(id: number) {
  const rest = { result: [], completedBy: "1", wasCancelled: false, groundTruth: false, updatedAt: 1000 };
  return { id, taskId: id, data: { text: "a" }, ...rest };
}

describe("a Label Studio that goes by several names", () => {
  it.each([
    ["http://labels.org", "https://labels.org"],
    ["http://localhost:8080", "https://labels.example.org"],
    ["http://127.0.0.1:8080", "http://localhost:8080"],
  ])("%s is the same one as %s, with its events", async (before, after) => {
    const store = await opened();
    const { setUp, ofEvent, ofPrediction, told } = finderOf(store);
    const id = setUp(before);
    expect(ofEvent(event).id).toBe(id);
    expect(setUp(after)).toBe(id);
    expect(told).toEqual([expect.stringContaining(`${after} is taken for another name of ${before}`)]);
    expect(ofEvent(event).id).toBe(id);
    expect(setUp(before)).toBe(id);
    for (const hostname of [before, after, ""]) expect(ofPrediction({ hostname, project })?.id).toBe(id);
    expect(store.projects()).toHaveLength(1);
    // Whatever it makes from then on is the same one's, after a restart as well.
    const again = finderOf(store);
    const other = again.ofSetup({ hostname: after, project: "8.1700000001", labelConfig: config }).project;
    expect(other.hostname).toBe(before);
    expect(again.told).toEqual([]);
  });

  it("is not changed by a prediction, which makes no project either", async () => {
    const store = await opened();
    const { setUp, ofPrediction, ofEvent } = finderOf(store);
    expect(ofPrediction({ hostname: "http://evil.org", project })).toBeUndefined();
    expect(store.projects()).toEqual([]);
    const id = setUp("http://labels.org");
    expect(ofPrediction({ hostname: "http://evil.org", project })?.id).toBe(id);
    expect(ofEvent(event).id).toBe(id);
    expect([store.projects().length, store.hostNames()]).toEqual([1, []]);
  });

  it("has the labels that came before it was set up", async () => {
    const store = await opened();
    const { setUp, ofEvent } = finderOf(store);
    const early = ofEvent(event);
    store.saveAnnotations(early.id, [annotation(1)]);
    const id = setUp("http://labels.org");
    expect(store.countAnnotations(id)).toBe(1);
    expect(store.projects()).toMatchObject([{ hostname: "http://labels.org", project }]);
    expect(ofEvent(event).id).toBe(id);
  });

  it("stays apart from another one with the same project when the operator says so, and no label is lost", async () => {
    const store = await opened();
    const one = finderOf(store, { aliases: [["http://clone.org"]] });
    const first = one.setUp("http://labels.org");
    const clone = one.setUp("http://clone.org");
    expect(clone).not.toBe(first);
    // Events name no host: a configuration or a title that only one of them has tells.
    store.saveConfig(clone, { labelConfig: config.replace("Good", "Fine"), title: "Moods" });
    expect(one.ofEvent(event).id).toBe(first);
    expect(one.ofEvent({ ...event, labelConfig: config.replace("Good", "Fine") }).id).toBe(clone);
    expect(one.ofEvent({ ...event, labelConfig: "<View/>" }).id).toBe(clone);
    store.saveConfig(clone, { labelConfig: config, title: "" });
    const kept = one.ofEvent(event);
    expect([first, clone]).not.toContain(kept.id);
    store.saveAnnotations(kept.id, [annotation(5)]);
    one.ofEvent(event);
    expect(one.told).toEqual([expect.stringMatching(/kept apart from all others.*--label-studio-alias NEW=OLD/)]);
    // It was one after all.
    const again = finderOf(store);
    expect(store.projects().map(({ id }) => id)).toEqual([first]);
    expect(store.annotations(first).map(({ id }) => id)).toEqual([5]);
    expect(again.ofEvent(event).id).toBe(first);
    expect(again.setUp("http://clone.org")).toBe(first);
    // Or not.
    expect(finderOf(store, { aliases: [["http://clone.org"]] }).setUp("http://clone.org")).toBe(clone);
  });

  it("is asked by its token: another configuration there is another one's", async () => {
    const studio = await studioOf({ now: () => 1_700_000_000_000 });
    for (let i = 1; i < 7; i++) studio.createProject({ labelConfig: config });
    const own = studio.createProject({ labelConfig: config });
    expect(own.key).toBe(project);
    const { client } = clientOf(studio);
    const store = await opened();
    const finder = finderOf(store, { canBe: (known, labelConfig) => canBeThere(client, known, labelConfig) });
    const id = finder.setUp(studio.url);
    // Not known yet: it is predicted for, and nothing is stored.
    const others = config.replace("Good", "Fine");
    expect(finder.setUp("http://clone.org", others)).toBe(id);
    expect(store.projectById(id)?.labelConfig).toBe(config);
    await expect.poll(() => finder.told, patience).toEqual([expect.stringContaining("http://clone.org is another Label Studio")]);
    const clone = finder.setUp("http://clone.org", others);
    expect(clone).not.toBe(id);
    expect(finder.ofEvent({ ...event, labelConfig: others }).id).toBe(clone);
    // Another name of it, by which its configuration has changed meanwhile.
    own.labelConfig = config.replace("Bad", "Awful");
    finder.setUp("https://labels.org", own.labelConfig);
    await expect.poll(() => finder.told.at(-1), patience).toContain("https://labels.org is taken for another name");
    expect(finder.setUp("https://labels.org", own.labelConfig)).toBe(id);
    expect(store.projects()).toHaveLength(2);
    const { signal } = new AbortController();
    expect(await ownProject({ client, store }, store.projectById(id)!, { signal })).toMatchObject({ id: 7 });
    expect(await ownProject({ client, store }, store.projectById(clone)!, { signal })).toBeUndefined();
  });

  it("is joined once its token has said that it can be", async () => {
    const studio = await studioOf({ now: () => 1_700_000_000_000 });
    const own = studio.createProject({ labelConfig: config });
    const store = await opened();
    const { client } = clientOf(studio, { retries: 0 });
    const finder = finderOf(store, { canBe: (known, labelConfig) => canBeThere(client, known, labelConfig) });
    const setUp = (hostname: string) => finder.ofSetup({ hostname, project: own.key, labelConfig: config });
    const { id } = setUp("http://localhost:8080").project;
    studio.fail({ kind: "status", status: 500, times: 1, match: /projects/ });
    for (const isLast of [false, true]) {
      expect(setUp("https://labels.org")).toMatchObject({ project: { id }, isSure: false });
      if (!isLast)
        await expect.poll(() => studio.seen.filter(({ url }) => url.startsWith("/api/projects")).length, patience).toBe(1);
    }
    await expect.poll(() => store.hostNames(), patience).toHaveLength(1);
    expect(setUp("https://labels.org")).toMatchObject({ project: { id }, isSure: true });
    // A name that other projects are kept under, from a time when it was not known whose it is.
    store.project({ hostname: "http://10.0.0.7", project: "9.1700000009" });
    expect(setUp("http://10.0.0.7").isSure).toBe(false);
    await expect.poll(() => setUp("http://10.0.0.7"), patience).toMatchObject({ project: { id }, isSure: true });
    expect(store.hostNames()).toHaveLength(1);
  });

  it("is one again after servers of before have made a project for each of its names", async () => {
    const store = await opened();
    const before = store.project({ hostname: "http://labels.org", project });
    const after = store.project({ hostname: "https://labels.org", project });
    const third = store.project({ hostname: "http://10.0.0.7:8080", project });
    const other = store.project({ hostname: "https://labels.org", project: "8.1700000001" });
    store.saveAnnotations(before.id, [annotation(1), annotation(2)]);
    store.saveAnnotations(third.id, [annotation(3)]);
    await addTestVersion(store, after.id, "v1-a");
    store.addTrainingRequest({ projectId: before.id, cause: "START_TRAINING" });
    const { told, ofEvent, setUp } = finderOf(store);
    expect(store.projects().map(({ id }) => id)).toEqual([after.id, other.id]);
    expect(store.annotations(after.id).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(store.trainingRequests()).toEqual([]);
    expect(told).toHaveLength(2);
    for (const name of ["http://labels.org", "https://labels.org", "http://10.0.0.7:8080"]) expect(setUp(name)).toBe(after.id);
    expect(ofEvent(event).id).toBe(after.id);
    expect(finderOf(store).told).toEqual([]);
  });
});
