import { useState } from "preact/hooks";
import { Card } from "../../../page/parts/parts.js";
import { count, dateTime } from "../../../page/parts/words.js";
import type { NewToken, Role, UserAccount, UsersView } from "../../api/contract.js";
import { api } from "../client/api.js";
import { studio } from "../client/live.js";
import { toast } from "../client/toasts.js";
import { DialogForm } from "../parts/dialog-form.js";
import { Skeleton } from "../parts/trouble.js";
import { useOnce } from "../parts/use-once.js";
import { useReading } from "../parts/use-reading.js";
import { TokenOnce } from "./token-once.js";

const ROLES = {
  annotator: "labels",
  reviewer: "labels, excludes, decides conflicts",
  admin: "labels, reviews, and changes the project",
} as const satisfies Readonly<Record<Role, string>>;

/** Who works here: for everybody by name and role; for admins with what they have done, and who comes and goes. */
export function Users() {
  const { user, users } = studio.value!;
  return (
    <Card title="Users">
      {user.role === "admin" ? (
        <Accounts own={user.name} />
      ) : (
        <ul class="set-rows">
          {users.map(({ name, role }) => (
            <UserRow key={name} user={{ name, role }} own={user.name} words={ROLES[role]} />
          ))}
        </ul>
      )}
    </Card>
  );
}

type Asking = { readonly what: "token" | "remove"; readonly name: string };

function Accounts({ own }: { readonly own: string }) {
  const { users, counts } = studio.value!;
  const revision = `${users.map(({ name, role }) => `${name} ${role}`).join()} ${counts.answered}`;
  const { value: view, error, again } = useReading<UsersView>("users", revision);
  const [asking, setAsking] = useState<Asking>();
  const [made, setMade] = useState<NewToken>();
  if (!view) return error ? <p class="missing">{error.message}</p> : <Skeleton kind="rows" />;
  return (
    <>
      <ul class="set-rows">
        {view.users.map((user) => (
          <UserRow key={user.name} user={user} own={own} words={doneWords(user)}>
            {view.isManaged && user.name !== own && (
              <div class="set-tools">
                <button
                  type="button"
                  class="tool"
                  aria-label={`New token: ${user.name}`}
                  onClick={() => setAsking({ what: "token", name: user.name })}
                >
                  New token
                </button>
                <button
                  type="button"
                  class="tool"
                  aria-label={`Remove: ${user.name}`}
                  onClick={() => setAsking({ what: "remove", name: user.name })}
                >
                  Remove
                </button>
              </div>
            )}
          </UserRow>
        ))}
      </ul>
      {view.isManaged ? (
        <AddUser
          onMade={(token) => {
            setMade(token);
            again();
          }}
        />
      ) : (
        <p class="quiet users-hint">
          This studio is yours alone. Begun with <code class="code">--users users.yaml</code> it is for a team, and everybody has
          a token.
        </p>
      )}
      {asking && (
        <Sure
          {...asking}
          onDone={(token) => {
            setAsking(undefined);
            setMade(token);
            again();
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
      {made && <TokenOnce {...made} onClose={() => setMade(undefined)} />}
    </>
  );
}

function doneWords({ role, answers, lastSeen }: UserAccount): string {
  const seen = lastSeen === undefined ? "never here yet" : `last here ${dateTime(lastSeen)}`;
  return `${ROLES[role]} · ${count(answers, "item")} answered · ${seen}`;
}

interface UserRowProps {
  readonly user: Pick<UserAccount, "name" | "role">;
  readonly own: string;
  readonly words: string;
  readonly children?: preact.ComponentChildren;
}

function UserRow({ user: { name, role }, own, words, children }: UserRowProps) {
  return (
    <li class="set-row">
      <span class="user-sign" aria-hidden="true">
        {name.slice(0, 1).toUpperCase()}
      </span>
      <div class="set-name">
        <p>
          {name}
          {name === own && <span class="quiet"> (you)</span>}
        </p>
        <p class="quiet">{words}</p>
      </div>
      <span class="badge">{role}</span>
      {children}
    </li>
  );
}

function AddUser({ onMade }: { readonly onMade: (made: NewToken) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("annotator");
  const [isAdding, add] = useOnce(async () => {
    onMade(await api<NewToken>("users", { method: "POST", body: { name: name.trim(), role } }));
    setName("");
  });
  return (
    <form
      class="set-add"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") add();
      }}
    >
      <input
        class="input"
        aria-label="Name of a new user"
        placeholder="New user"
        autocomplete="off"
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <select
        class="input"
        aria-label="Role of the new user"
        value={role}
        onChange={({ currentTarget }) => setRole(currentTarget.value as Role)}
      >
        {Object.keys(ROLES).map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <button type="submit" class="action" aria-disabled={isAdding}>
        Add
      </button>
    </form>
  );
}

interface SureProps extends Asking {
  readonly onDone: (made: NewToken | undefined) => void;
  readonly onClose: () => void;
}

const QUESTIONS = {
  token: {
    title: (name: string) => `A new token for ${name}?`,
    words: "The token of now is worth nothing then, and whoever is signed in with it has to sign in again.",
    button: "Make a new token",
    kind: "primary",
  },
  remove: {
    title: (name: string) => `Remove ${name}?`,
    words: "They cannot sign in any more, and are signed out now. Their answers stay, and count as before.",
    button: "Remove",
    kind: "danger",
  },
} as const;

function Sure({ what, name, onDone, onClose }: SureProps) {
  const { title, words, button, kind } = QUESTIONS[what];
  const [isAsking, act] = useOnce(async () => {
    const told = await api<UsersView | NewToken>(`users/${encodeURIComponent(name)}/${what}`, { method: "POST", body: {} });
    if (what === "remove") toast(`${name} is removed.`, { kind: "good" });
    onDone("token" in told ? told : undefined);
  });
  return (
    <DialogForm title={title(name)} name={button} kind={kind} isOff={isAsking} onSave={act} onClose={onClose}>
      <p>{words}</p>
    </DialogForm>
  );
}
