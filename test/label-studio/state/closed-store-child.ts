import { openStore } from "../../../src/label-studio/state/store.js";
import { annotation, projectKey } from "./test-records.js";
import { addTestVersion } from "./test-version.js";

/** A store as a server leaves it: 500 annotations, versions v1 to v3, the last one serves; the automatic backup lacks annotation 501 and v3. */
const folder = process.argv[2]!;
const first = await openStore(folder);
const { id } = first.project(projectKey, "Intents");
first.saveConfig(id, { labelConfig: "<View/>" });
first.saveAnnotations(
  id,
  Array.from({ length: 500 }, (_, at) => annotation(at + 1)),
);
for (const version of ["v1", "v2"]) await addTestVersion(first, id, version);
first.serve(id, "v2");
await first.close();
const second = await openStore(folder);
second.saveAnnotations(id, [annotation(501)]);
second.deleteAnnotations(id, [7]);
await addTestVersion(second, id, "v3");
second.serve(id, "v3");
await second.close();
