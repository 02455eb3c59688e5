import { writeSync } from "node:fs";
import { answerAll, openSession } from "./open-session.js";

// Labels everything in the folder named, and says each acknowledged answer, so that the parent can kill it in the middle.
const [folder, length] = process.argv.slice(2);
const { session } = await openSession(folder!, { length: Number(length) });
writeSync(1, "open\n");
await answerAll(session, (index) => writeSync(1, `${index}\n`));
await session.close();
