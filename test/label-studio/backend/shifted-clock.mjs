// Loaded before a server: its clock goes wrong by as many milliseconds as the file BAAL_TEST_CLOCK says.
import { readFileSync } from "node:fs";

const file = process.env.BAAL_TEST_CLOCK;
const RealDate = Date;
const now = RealDate.now;
const shift = () => {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
};
globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(now() + shift());
    else super(...values);
  }
  static now() {
    return now() + shift();
  }
};
