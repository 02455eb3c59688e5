import { studio } from "../client/live.js";
import { ScreenHead } from "../parts/screen-head.js";
import { FurtherData } from "../settings/further-data.js";
import { KeyMap } from "../settings/key-map.js";
import { LabelSet } from "../settings/label-set.js";
import { GuidelineSettings, WorkSettings } from "../settings/project-settings.js";
import { Users } from "../settings/users.js";

/** Labels, guideline, users and keys of the project. */
export function SettingsScreen() {
  const { project, settings, user } = studio.value!;
  const isAdmin = user.role === "admin";
  return (
    <div class="screen is-narrow settings">
      <ScreenHead title="Settings" words={isAdmin ? undefined : "Administrators can change these; you see them as they are."} />
      <fieldset class="settings-body" disabled={!isAdmin}>
        <legend class="unseen">Settings of the project</legend>
        <LabelSet />
        <GuidelineSettings />
        <WorkSettings />
        <FurtherData />
        <Users />
        <KeyMap />
      </fieldset>
      <dl class="facts-list settings-facts">
        <dt>Data</dt>
        <dd class="code">{project.data}</dd>
        <dt>Kept in</dt>
        <dd class="code">{project.folder}</dd>
        <dt>Encoder</dt>
        <dd class="code">{settings.encoder}</dd>
      </dl>
    </div>
  );
}
