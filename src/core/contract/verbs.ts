/**
 * What a button does, readable from its token without a database: a door must choose within its deadline how to
 * acknowledge a press. Three letters each, so that every token is 46 characters.
 */
export const VERBS = [
  "say", // as if the person had typed it
  "inv", // run a capability
  "con", // open the form for a credential
  "frm", // the answers to that form
  "why", // explain a turn
  "els", // none of the offered choices
  "stp", // stop the turn
  "fbg", // this answer helped
  "fbb", // it did not
  "pub", // show here what only I can see
  "apv", // approve a gate
  "rej", // reject it: opens the form for a reason
  "rjf", // the answers to that form
  "gdt", // show exactly what would be approved
  "mod", // ask for a module to be switched on or off
  "joi", // open the form that connects a platform
  "jof", // the answers to that form
  "del", // delete the message in which I pasted a secret
  "mor", // ask for more units, or give them
  "pln", // do what was planned, leave it, or take it back
  "rem", // put a reminder off, or end it
  "bld", // see, stop or take up a build again
  "bfb", // say what a build should do differently: opens a form
  "bff", // the answers to that form
  "prp", // decide on a proposal
  "und", // take a module back: first the preview, then the deed
  "sch", // see, preview, pause, snooze, adopt or end a schedule
  "scf", // say what a schedule is to do, and when: opens a form
  "sca", // the answers to that form
  "wat", // put a watch to rest, or end it
  "exp", // put off what is said of a credential's end, or give the credential to somebody
] as const;
export type Verb = (typeof VERBS)[number];

const OPENING: readonly string[] = ["con", "rej", "joi", "bfb", "scf"] satisfies Verb[];

/** Whether a press of this button may be answered with a form, so that a door must not acknowledge it another way first. */
export function mayOpenForm(token: string): boolean {
  return OPENING.includes(token.split(".")[1] ?? "");
}
