import type { EventTable } from "./event-table.js";
import type { ProjectTable } from "./project-table.js";
import type { VersionTable } from "./version-table.js";

/** What is needed of a store to look after the folders of its versions. */
export interface VersionStore extends ProjectTable, VersionTable, EventTable {
  readonly folder: string;
}
