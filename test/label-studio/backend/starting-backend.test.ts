import { expect, it } from "vitest";
import { startingBackend } from "../../../src/label-studio/backend/starting-backend.js";

it("a server that is starting says what it waits for, and no folder of its machine", () => {
  const backend = startingBackend("baaljs", () => "opening /srv/secret/state");
  expect(() => backend.setup({ labelConfig: "", project: "1.1700000000" })).toThrow(
    expect.objectContaining({
      status: 503,
      code: "E_STARTING",
      message: "The server is starting (opening state): try again in a moment.",
    }),
  );
});
