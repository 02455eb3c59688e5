import { Router } from "express";
import { HttpError } from "../../label-studio/contract/http-error.js";
import type { NewToken, UsersView } from "../api/contract.js";
import type { Desk } from "../desk/desk.js";
import { bodies, parsed } from "./bodies.js";
import type { EventStreams } from "./event-stream.js";
import { requireRole, viewerOf } from "./sign-in.js";
import type { UserAccounts, UsersFile } from "./user-accounts.js";

/** Who works here, for admins: what they have done, and, with a file of users, who comes and goes. */
export function userRoutes(desk: Desk, accounts: UserAccounts, streams: EventStreams): Router {
  const router = Router();
  router.use("/users", (_, response, next) => {
    requireRole(viewerOf(response), "admin");
    next();
  });
  const file = (): UsersFile => {
    if (accounts.file) return accounts.file;
    throw new HttpError(409, "E_ARGUMENT", "There is no file of users: begin the studio with --users.");
  };
  /** Whoever takes away what they came in by would be out. */
  const other = (name: string, own: string) => {
    if (name !== own) return name;
    throw new HttpError(409, "E_CONFLICT", "This is your own access: ask another admin, or use baal studio --add-user.");
  };
  const told = () => {
    desk.tell({ type: "state" });
    return usersView(desk, accounts);
  };

  router.get("/users", (_, response) => {
    response.json(usersView(desk, accounts));
  });
  router.post("/users", async (request, response) => {
    const { name, role } = parsed(bodies.newUser, request.body);
    const token = await file().add(name, role);
    response.status(201).json({ ...told(), name, token } satisfies NewToken);
  });
  router.post("/users/:name/token", async (request, response) => {
    const name = other(request.params.name, viewerOf(response).name);
    const token = await file().renew(name);
    streams.end(name);
    response.json({ ...told(), name, token } satisfies NewToken);
  });
  router.post("/users/:name/remove", async (request, response) => {
    const name = other(request.params.name, viewerOf(response).name);
    await file().remove(name);
    streams.end(name);
    response.json(told());
  });
  return router;
}

function usersView({ store, states }: Desk, accounts: UserAccounts): UsersView {
  const last = store.lastEvents();
  return {
    isManaged: accounts.file !== undefined,
    users: accounts.users().map(({ name, role }) => ({
      ...{ name, role, answers: states.answeredBy(name) },
      lastSeen: latest(accounts.lastSeen(name), last.get(name)),
    })),
  };
}

function latest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
