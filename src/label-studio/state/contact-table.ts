import type { StateDatabase } from "../../system/state-database.js";

/** When somebody has heard of a project, in milliseconds since 1970. */
export interface Contact {
  /** Label Studio called about it, to the hour. */
  readonly heardAt: number | undefined;
  /** It was found in the Label Studio whose token the server has. */
  readonly foundAt: number | undefined;
}

export interface ContactTable {
  contact(projectId: number): Contact;
  saveContact(projectId: number, contact: Partial<Contact>): void;
}

export function contactTable(database: StateDatabase): ContactTable {
  return {
    contact(projectId) {
      type Row = { readonly heard_at: number | null; readonly found_at: number | null };
      const row = database.one<Row>("SELECT heard_at, found_at FROM contacts WHERE project_id = ?", projectId);
      return { heardAt: row?.heard_at ?? undefined, foundAt: row?.found_at ?? undefined };
    },
    saveContact(projectId, { heardAt, foundAt }) {
      // It is said again with the next call.
      database.writeLazily((tick) => {
        tick();
        const said = `INSERT INTO contacts VALUES (?, ?, ?) ON CONFLICT (project_id) DO UPDATE
          SET heard_at = coalesce(excluded.heard_at, heard_at), found_at = coalesce(excluded.found_at, found_at)`;
        database.run(said, projectId, heardAt ?? null, foundAt ?? null);
      });
    },
  };
}
