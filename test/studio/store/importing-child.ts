import { addItems } from "../../../src/studio/desk/begin-project.js";
import { openStudioStore } from "../../../src/studio/store/open-studio-store.js";
import { importedTexts } from "./imported-texts.js";

/** Brings the texts in, and says so when they are there. */
const store = await openStudioStore(process.argv[2]!);
process.stdout.write("begun\n");
await addItems(store, importedTexts);
process.stdout.write("done\n");
await store.close();
