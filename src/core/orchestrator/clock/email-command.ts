import { emailPlace, readMailAddress } from "#core/contract/email-place.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import type { StoredMailAddress } from "#core/store/store.ts";

/** What can be said about one's own mail addresses. */
export type EmailCommand =
  | { readonly name: "email"; readonly do: "list" }
  | { readonly name: "email"; readonly do: "ask" | "remove"; readonly address: string }
  | { readonly name: "email"; readonly do: "confirm"; readonly code: string };

/** Reads `email`, `email ada@example.com`, `email code 7F3K-92QD` and `email off ada@example.com`. */
export function readEmailCommand(said: string): EmailCommand | undefined {
  const rest = /^e-?mail(?<rest>| .+)$/i.exec(said)?.groups?.["rest"]?.trim();
  if (rest === undefined) return undefined;
  if (rest === "") return { name: "email", do: "list" };
  const code = /^code:? (?<code>[0-9A-Za-z -]{8,12})$/i.exec(rest)?.groups?.["code"];
  if (code !== undefined) return { name: "email", do: "confirm", code };
  const off = /^(?:off|remove|forget|stop) (?<address>\S+)$/i.exec(rest)?.groups?.["address"];
  const address = readMailAddress(off ?? rest);
  return address === undefined ? undefined : { name: "email", do: off === undefined ? "ask" : "remove", address };
}

/**
 * Says which addresses are somebody's own, and has one proven by a code that is mailed there: until it came back nothing
 * else is sent to it.
 * @throws NexusError not_allowed | mail_unset
 */
export async function onEmailCommand(deps: OrchestratorDeps, scene: Scene, command: EmailCommand): Promise<Outcome> {
  await requirePermission(deps, scene, "schedule.own");
  const { mailAddresses } = deps.store.forOrg(scene.turn.org);
  const known = await mailAddresses.of(scene.person);
  switch (command.do) {
    case "list":
      return { replies: [alone(listReply(deps, known))] };
    case "ask":
      return ask(deps, scene, known, command.address);
    case "confirm":
      return confirm(deps, scene, known, command.code);
    case "remove": {
      const isKnown = known.some(({ address }) => address === command.address);
      if (!isKnown) return { replies: [alone(say("I have no such address of yours, so there is nothing to forget."))] };
      return {
        replies: [
          alone(say(`I forgot ${inert(command.address)}. Briefings and warnings that went there go there no more.`)),
        ],
        commit: async (inside) =>
          void (await inside.forOrg(scene.turn.org).mailAddresses.remove(scene.person, command.address)),
      };
    }
    default:
      return command satisfies never;
  }
}

/** So many codes an hour, and no more: nobody's mailbox is to be filled through NEXUS. */
const MOST_CODES = 3;
const HOUR_MS = 60 * 60_000;

function ask(deps: OrchestratorDeps, scene: Scene, known: readonly StoredMailAddress[], address: string): Outcome {
  if (!deps.mail.isSetUp) throw new NexusError("mail_unset", "no mail server is set up");
  if (known.some((one) => one.address === address && one.state === "confirmed")) {
    return {
      replies: [alone(say(`${inert(address)} is yours already: say “… by email” when you set up a briefing.`))],
    };
  }
  const lately = known.filter(({ askedAt }) => scene.now.getTime() - askedAt.getTime() < HOUR_MS);
  if (lately.length >= MOST_CODES) {
    return { replies: [alone(say("I have mailed you several codes within the hour. Try again in an hour."))] };
  }
  const { code, hash, expiresAt } = deps.mail.newCode();
  const mailed = say(
    `Your code is ${code}. Type it where you asked for it, as \`email code ${code}\`.`,
    [],
    [
      {
        type: "context",
        markdown:
          "Somebody said to NEXUS that this address is theirs. If that was not you, do nothing: without the code no more mail comes.",
      },
    ],
  );
  const conversation = emailPlace(scene.turn.org, address, "just_me");
  return {
    replies: [
      alone(
        say(
          `I mailed a code to ${inert(address)}. Type \`email code …\` with it here within the hour, and the address is yours.`,
        ),
      ),
    ],
    elsewhere: [{ conversation, actor: scene.actor, reply: mailed }],
    commit: (inside) => inside.forOrg(scene.turn.org).mailAddresses.ask(scene.person, address, { hash, expiresAt }),
  };
}

/** So many wrong codes, and the one that was mailed works no more. */
const MOST_TRIES = 5;

function confirm(deps: OrchestratorDeps, scene: Scene, known: readonly StoredMailAddress[], typed: string): Outcome {
  const hash = deps.mail.hashOf(typed);
  const open = known.filter(({ state, tries, expiresAt }) => {
    return state === "asked" && tries < MOST_TRIES && expiresAt > scene.now;
  });
  const found = open.find(({ codeHash }) => hash !== undefined && codeHash === hash);
  const { org } = scene.turn;
  if (found === undefined) {
    return {
      replies: [alone(say("That code does not fit, or is too old. `email you@example.com` mails you another."))],
      commit: (inside) => inside.forOrg(org).mailAddresses.wrongCode(scene.person),
    };
  }
  return {
    replies: [
      alone(
        say(
          `${inert(found.address)} is yours now. Say “… by email” when you set up a briefing, and it comes there too. Warnings before a connection ends come there from now on.`,
        ),
      ),
    ],
    commit: (inside) => inside.forOrg(org).mailAddresses.confirm(scene.person, found.address),
  };
}

function listReply({ mail }: Pick<OrchestratorDeps, "mail">, known: readonly StoredMailAddress[]): Reply {
  if (!mail.isSetUp) throw new NexusError("mail_unset", "no mail server is set up");
  const how = "`email you@example.com` adds one, `email off you@example.com` takes it away.";
  if (known.length === 0) return say("I know no mail address of yours.", [], [{ type: "context", markdown: how }]);
  const words = { asked: "waits for its code", confirmed: "yours", off: "ended by a press in a mail" } as const;
  const warned = known.some(({ state }) => state === "confirmed")
    ? " Warnings before a connection ends go to the newest that is yours."
    : "";
  const items = known.map(({ address, state }) => ({ label: inert(address), value: words[state] }));
  return say(
    "Your mail addresses:",
    [],
    [
      { type: "fields", items },
      { type: "context", markdown: `${how}${warned}` },
    ],
  );
}
