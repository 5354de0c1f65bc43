import type { TurnId } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { actorOf } from "./acting.ts";
import { onAuditCommand } from "./record/audit-command.ts";
import { personName } from "./record/audit-names.ts";
import { storyOf, tellStory } from "./record/audit-story.ts";
import { onExpiryCommand } from "./clock/expiry-command.ts";
import type { Command } from "./command.ts";
import { onBuildCommand } from "./growth/on-build.ts";
import { say } from "./compose.ts";
import { beginConnect } from "./secrets/begin-connect.ts";
import { findSource } from "./secrets/connect.ts";
import { disconnect } from "./secrets/disconnect.ts";
import { onCredentialsCommand } from "./secrets/credentials-command.ts";
import { errorReply } from "./failure.ts";
import { onGateCommand } from "./approvals/gate-command.ts";
import { decidable } from "./approvals/gate-list.ts";
import { onHalfTyped } from "./half-typed.ts";
import { type HelpTopic, commandsFor } from "./commands-for.ts";
import { helpAbout } from "./help-topic.ts";
import { hello, help, moduleList } from "./help.ts";
import { askToJoin, findJoining, leavePlatform } from "./people/join.ts";
import { onEmailCommand } from "./clock/email-command.ts";
import { onHooksCommand } from "./clock/hooks-command.ts";
import { onJobsCommand } from "./clock/jobs-command.ts";
import { onKeysCommand } from "./secrets/keys-command.ts";
import { onLinkCommand } from "./people/link.ts";
import { modelsHere } from "./models/models-here.ts";
import { askToSwitch, findModule } from "./runs/modules-switch.ts";
import { onPlanCommand } from "./wishes/plan-command.ts";
import { onPolicyCommand } from "./people/policy-command.ts";
import { onPrivacyCommand } from "./people/privacy-command.ts";
import { onProposalCommand } from "./growth/proposal-command.ts";
import { onRemindersCommand } from "./wishes/reminders-command.ts";
import { onWatchesCommand } from "./clock/watches-command.ts";
import { onRouteCommand } from "./models/on-route.ts";
import { onSchedulesCommand } from "./clock/schedules-command.ts";
import { onRolesCommand } from "./people/roles-command.ts";
import { requirePermission } from "./people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { onStop } from "./stop.ts";
import { onZoneCommand } from "./people/time-zone.ts";
import { findModules } from "./growth/modules-find.ts";
import { installedItems } from "./growth/install-story.ts";
import { onUndoCommand } from "./growth/undo-command.ts";
import { onUsageCommand } from "./usage/usage-command.ts";
import { explain, mayExplain, StoredDecision } from "./why.ts";

/** Answers what was recognised word for word. */
export async function onCommand(deps: OrchestratorDeps, scene: Scene, command: Command): Promise<Outcome> {
  switch (command.name) {
    case "help": {
      const { org } = scene.turn;
      if (command.topic !== undefined) return helpOnTopic(deps, scene, command.topic);
      const { on, abilities } = await abilitiesHere(deps, scene);
      const here = {
        role: await deps.roles.roleOf(org, scene.person),
        policy: await deps.rights.channelPolicyOf(org, channelOf(scene.conversation)),
        conversation: scene.conversation,
        abilities,
        closed: on.length - abilities.length,
        sampleOn: await deps.sample.on(),
        waiting: (await decidable(deps, org, scene.person)).length,
        models: await modelsHere(deps, scene),
      };
      return { replies: [help(here)] };
    }
    case "hello":
      return { replies: [hello((await abilitiesHere(deps, scene)).abilities, scene.conversation)] };
    case "modules":
      return { replies: [moduleList(await withMissing(deps, scene))] };
    case "status":
      return { replies: [await status(deps, scene)] };
    case "why":
      return { replies: [await why(deps, scene, scene.state.answered)] };
    case "who":
      return {
        replies: [
          say("I am NEXUS, a bot. I match what you ask to installed modules and run them; no person reads along."),
        ],
      };
    case "thanks":
      return {
        replies: [{ summary: "You're welcome.", parts: [], visibility: "everyone", gesture: "thanks" }],
      };
    case "stop":
      return onStop(deps, scene);
    case "sample":
      await requirePermission(deps, scene, "sample.switch");
      await deps.sample.set(command.on);
      return {
        replies: [
          say(
            command.on
              ? "Sample data is on: modules without an account show generated data, labelled as such."
              : "Sample data is off: modules without an account say what they need instead.",
          ),
        ],
        audit: [
          {
            act: "sample.switched",
            outcome: "done",
            actor: actorOf(scene),
            right: "sample.switch",
            subject: { kind: "sample", id: "sample data" },
            detail: { on: command.on },
          },
        ],
      };
    case "connect":
    case "disconnect": {
      const joining = findJoining(deps, command.what);
      if (joining !== undefined) {
        return command.name === "connect"
          ? { replies: [askToJoin(deps, scene, joining)] }
          : leavePlatform(deps, scene, joining);
      }
      const source = findSource(deps, scene.turn.org, command.what);
      if (source === undefined)
        return { replies: [say(`I know no source called “${command.what}”. Say \`modules\`.`)] };
      return command.name === "connect" ? beginConnect(deps, scene, source) : disconnect(deps, scene, source);
    }
    case "switch": {
      const module = findModule(deps, scene.turn.org, command.module);
      return module === undefined
        ? { replies: [say(`I know no module called “${command.module}”. Say \`modules\`.`)] }
        : askToSwitch(deps, scene, module.manifest.name, command.on);
    }
    case "approvals":
    case "approvals_here":
    case "approve":
    case "reject":
    case "details":
      return onGateCommand(deps, scene, command);
    case "undo_module":
    case "versions":
    case "pin":
    case "unpin":
    case "uninstall":
    case "revoke":
    case "solo":
      return onUndoCommand(deps, scene, command);
    case "roles":
    case "make":
      return onRolesCommand(deps, scene, command);
    case "link":
    case "enter_code":
    case "unlink":
    case "whoami":
      return onLinkCommand(deps, scene, command);
    case "zone":
      return onZoneCommand(deps, scene, command);
    case "audit":
      return onAuditCommand(deps, scene, command);
    case "expiry":
      return onExpiryCommand(deps, scene, command);
    case "credentials":
      return onCredentialsCommand(deps, scene, command);
    case "email":
      return onEmailCommand(deps, scene, command);
    case "hooks":
      return onHooksCommand(deps, scene, command);
    case "jobs":
    case "run_job":
      return onJobsCommand(deps, scene, command);
    case "keys":
      return onKeysCommand(deps, scene, command);
    case "plan":
      return onPlanCommand(deps, scene, command);
    case "proposals":
    case "proposal":
      return onProposalCommand(deps, scene, command);
    case "reminders":
      return onRemindersCommand(deps, scene, command);
    case "schedules":
    case "schedule":
    case "digest":
      return onSchedulesCommand(deps, scene, command);
    case "watches":
      return onWatchesCommand(deps, scene, command);
    case "policy":
      return onPolicyCommand(deps, scene, command);
    case "privacy":
      return onPrivacyCommand(deps, scene, command);
    case "route":
      return onRouteCommand(deps, scene, command);
    case "usage":
      return onUsageCommand(deps, scene, command);
    case "builds":
    case "build":
    case "draft":
    case "install":
      return onBuildCommand(deps, scene, command);
    case "find_modules":
      return findModules(deps, scene, command);
    case "half":
      return onHalfTyped(command);
    default:
      return command satisfies never;
  }
}

async function helpOnTopic(deps: OrchestratorDeps, scene: Scene, topic: HelpTopic | "all"): Promise<Outcome> {
  const { org } = scene.turn;
  const role = await deps.roles.roleOf(org, scene.person);
  const policy = await deps.rights.channelPolicyOf(org, channelOf(scene.conversation));
  return { replies: [helpAbout(commandsFor(role, policy), topic)] };
}

/** Explains a turn of this conversation's org, from its stored decision; what may not be told is as if it were not there. */
export async function why(
  deps: OrchestratorDeps,
  scene: Scene,
  turn: TurnId | undefined,
): Promise<Outcome["replies"][number]> {
  const stored = turn === undefined ? undefined : await deps.store.forOrg(scene.turn.org).decisions.get(turn);
  const record = StoredDecision.safeParse(stored);
  const isTheirs = record.success && mayExplain(record.data, scene.person);
  const story = isTheirs && turn !== undefined ? await storyOf(deps, scene, turn) : undefined;
  if (!isTheirs || story === undefined) {
    const hint = "Ask me something first, then say `why`.";
    const reply = errorReply("no_data", "There is nothing to explain yet.", hint, scene.turn.turnId);
    return { ...reply, visibility: "only_actor" };
  }
  const told = {
    by: await personName(deps, scene.turn.org, record.data.person),
    items: [...(await tellStory(deps, scene, story)), ...(await installedItems(deps, scene, record.data.run))],
    ...(story.gate && { gate: story.gate }),
  };
  return explain(record.data, scene.asker, scene.now, told);
}

/** The modules that are on, and those of them that can do something for this person here. */
async function abilitiesHere(deps: OrchestratorDeps, scene: Scene) {
  const on = (await withMissing(deps, scene)).filter(({ state }) => state !== "off");
  return { on, abilities: on.filter(({ manifest }) => manifest.capabilities.length > 0) };
}

/** The modules, each with only the capabilities that this person may have run here. */
async function withMissing(deps: OrchestratorDeps, scene: Scene) {
  const kept = await deps.vault.list(scene.turn.org);
  const usable = kept.filter(({ owner }) => owner === undefined || owner === scene.person);
  const present = new Set(usable.map(({ name }) => name));
  const off = await deps.store.forOrg(scene.turn.org).moduleStates.off();
  const modules = deps.registry.modules(scene.turn.org);
  const place = { org: scene.turn.org, person: scene.person, channel: channelOf(scene.conversation) };
  const theirs = await deps.rights.usable(
    place,
    modules.map(({ manifest }) => manifest),
  );
  const theirsByName = new Map(theirs.map((manifest) => [manifest.name, manifest]));
  return modules.map((module) => ({
    ...module,
    manifest: theirsByName.get(module.manifest.name) ?? { ...module.manifest, capabilities: [] },
    state: off.has(module.manifest.name) ? ("off" as const) : module.state,
    missing: module.manifest.credentials.filter(({ name }) => !present.has(name)).map(({ title }) => title),
  }));
}

async function status(deps: OrchestratorDeps, { turn: { org } }: Scene): Promise<Outcome["replies"][number]> {
  const lines = await deps.status(org);
  const failing = lines.filter(({ state }) => state === "failing").length;
  const summary = failing === 0 ? "All that is switched on works." : `${failing} of ${lines.length} parts need a look.`;
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      {
        type: "fields",
        items: lines.map(({ name, state, detail }) => ({ label: name, value: `${state}: ${detail}` })),
      },
    ],
    visibility: "everyone",
  };
}
