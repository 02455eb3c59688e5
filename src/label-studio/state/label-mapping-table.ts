import type { StateDatabase } from "../../system/state-database.js";

/** A label that the configuration does not have any more, and the one that it has become; `undefined` where answers with it stay out. */
export interface MappedLabel {
  readonly control: string;
  readonly label: string;
  readonly target: string | undefined;
}

export interface MappingTable {
  /** How answers with labels of before are read: renamed and merged ones follow. Sorted by control and label. */
  labelMapping(projectId: number): MappedLabel[];
  /** Replaces the mapping of a control. */
  saveLabelMapping(projectId: number, control: string, labels: Readonly<Record<string, string | undefined>>): void;
}

export function mappingTable(database: StateDatabase): MappingTable {
  return {
    labelMapping(projectId) {
      type Row = { readonly control: string; readonly label: string; readonly target: string | null };
      const sql = "SELECT control, label, target FROM label_mappings WHERE project_id = ? ORDER BY control, label";
      return database.all<Row>(sql, projectId).map((row) => ({ ...row, target: row.target ?? undefined }));
    },
    saveLabelMapping(projectId, control, labels) {
      database.write((tick) => {
        tick();
        database.run("DELETE FROM label_mappings WHERE project_id = ? AND control = ?", projectId, control);
        for (const [label, target] of Object.entries(labels)) {
          database.run("INSERT INTO label_mappings VALUES (?, ?, ?, ?)", projectId, control, label, target ?? null);
        }
      });
    },
  };
}
