import { expect, it } from "vitest";
import { BaalError } from "../../../src/core/errors.js";
import { lostEvents } from "../../../src/label-studio/backend/lost-events.js";

function setUp() {
  const disk = { isFull: false };
  const messages: string[] = [];
  let recovered = 0;
  const write = (text: string) => {
    if (disk.isFull) throw new BaalError("E_STORE", "full");
    messages.push(text);
  };
  const lost = lostEvents({
    store: { logEvent: ({ message }) => write(message) },
    advice: "look into Label Studio",
    onRecovered: () => recovered++,
  });
  const event = () => lost.watch(async () => write("event"));
  return { disk, messages, lost, event, recovered: () => recovered };
}

it("events that could not be stored are counted, and told of once, when there is space", async () => {
  const { disk, messages, lost, event, recovered } = setUp();
  await event();
  disk.isFull = true;
  for (let i = 0; i < 3; i++) await expect(event()).rejects.toThrow("full");
  // An event without anything to store, and a look at it, change nothing yet.
  expect(await lost.watch(async () => "ignored")).toBe("ignored");
  lost.look();
  expect([messages, recovered()]).toEqual([["event"], 0]);
  disk.isFull = false;
  await event();
  lost.look();
  expect(messages.slice(1)).toEqual(["event", "3 events of Label Studio's could not be stored: look into Label Studio."]);
  expect(recovered()).toBe(1);
});

it("where no event comes any more, since Label Studio switched its webhook off, another call finds out, and that is said", async () => {
  const { disk, messages, lost, event } = setUp();
  disk.isFull = true;
  for (let i = 0; i < 50; i++) await expect(event()).rejects.toThrow("full");
  disk.isFull = false;
  lost.look();
  expect(messages).toEqual([expect.stringMatching(/^50 events .* Settings > Webhooks\.$/)]);
});

it("other errors are no lost events", async () => {
  const { messages, lost } = setUp();
  await expect(lost.watch(async () => expect.fail("wrong"))).rejects.toThrow("wrong");
  lost.look();
  expect(messages).toEqual([]);
});
