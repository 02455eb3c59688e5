import type { StateDatabase } from "../../system/state-database.js";

export interface ParameterTable {
  /** What a project asks of its model, as it was saved; `undefined` for one that asks nothing. */
  parametersOf(projectId: number): Readonly<Record<string, unknown>> | undefined;
  /** Saves it, over what was there; nothing for an empty object. Whether that is another one than before. */
  saveParameters(projectId: number, parameters: Readonly<Record<string, unknown>>): boolean;
}

export function parameterTable(database: StateDatabase): ParameterTable {
  const find = (projectId: number) =>
    database.one<{ readonly parameters: string }>("SELECT parameters FROM project_parameters WHERE project_id = ?", projectId)
      ?.parameters;
  return {
    parametersOf(projectId) {
      const json = find(projectId);
      return json === undefined ? undefined : (JSON.parse(json) as Readonly<Record<string, unknown>>);
    },
    saveParameters(projectId, parameters) {
      const json = Object.keys(parameters).length === 0 ? undefined : JSON.stringify(parameters);
      if (find(projectId) === json) return false;
      database.write((tick) => {
        tick();
        if (json === undefined) database.run("DELETE FROM project_parameters WHERE project_id = ?", projectId);
        else database.run("INSERT OR REPLACE INTO project_parameters (project_id, parameters) VALUES (?, ?)", projectId, json);
      });
      return true;
    },
  };
}
